using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpanRelay.Tests.Architecture;

/// <summary>What an assembly offers to other projects, as text: a line for each public type and member, sorted.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly, string withoutNamespace) =>
        assembly.GetExportedTypes()
            .Where(type => type.Namespace != withoutNamespace)
            .SelectMany(type => MembersOf(type).Prepend(Describe(type)))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetMembers(Declared)
            .Where(member => member is not Type && !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !member.Name.StartsWith('<'))
            .Select(member => Describe(type, member))
            .OfType<string>();

    private static string Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : "class";
        var modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type is { IsAbstract: true, IsInterface: false } ? "abstract " : "";
        return $"{NameOf(type)}: {modifier}{kind}";
    }

    private static string? Describe(Type type, MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) => $"{NameOf(type)}.new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) => $"{NameOf(type)}.{method.Name}{Generics(method)}({Parameters(method)}): {NameOf(method.ReturnType)}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors => $"{NameOf(type)}.{property.Name}: {NameOf(property.PropertyType)} {{ {accessors} }}",
        FieldInfo field when IsVisible(field) && !field.IsSpecialName => $"{NameOf(type)}.{field.Name}: {NameOf(field.FieldType)}",
        EventInfo { AddMethod: { } add } each when IsVisible(add) => $"{NameOf(type)}.{each.Name}: event {NameOf(each.EventHandlerType!)}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static string Accessors(PropertyInfo property)
    {
        var set = property.SetMethod is { } method && IsVisible(method)
            ? method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set"
            : null;
        return string.Join("; ", new[] { property.GetMethod is { } get && IsVisible(get) ? "get" : null, set }.OfType<string>());
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{NameOf(parameter.ParameterType)} {parameter.Name}"));

    private static string NameOf(Type type)
    {
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (type.IsByRef)
            return $"ref {NameOf(type.GetElementType()!)}";
        if (type.IsGenericParameter)
            return type.Name;

        var name = type.Assembly == typeof(object).Assembly || type.Namespace?.StartsWith("SpanRelay", StringComparison.Ordinal) != true ? type.Name : type.FullName ?? $"{type.Namespace}.{type.Name}";
        name = name.Split('[')[0].Split('`')[0].Replace('+', '.');
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
