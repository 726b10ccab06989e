#:package Microsoft.CodeAnalysis.CSharp
#:property PublishAot=false
// Measures the C# of a folder, and fails where it grew beyond what can be read with ease.
//
//   dotnet run eng/measure-code.cs [-- folder]        folder: src/SpanRelay unless told
//
// Types count in every kind, nested ones too; what the build generates is left out. A file's lines are those that hold
// anything, a method's those from its signature to its end: methods, constructors, accessors and local functions with a body.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

const int MaxMedianFileLines = 60;
const int MaxMethodLinesAt90Percent = 22;
const int MaxConstructorArguments = 6;

// Shows the steps of the pipeline, and must fit on one screen with its blank lines.
const string StepsFile = "Relay.cs";
const int MaxStepsFileLines = 90;

var root = args.FirstOrDefault() ?? Path.Combine("src", "SpanRelay");
if (!Directory.Exists(root))
{
    Console.Error.WriteLine($"There is no folder {root}. Run this at the root of the repository, or name the folder to measure.");
    return 2;
}

var files = SourceFiles(root).Select(Measured.From).ToArray();
if (files.Length == 0)
{
    Console.Error.WriteLine($"The folder {root} holds no C# file.");
    return 2;
}

Console.WriteLine($"{"folder",-40} {"files",5} {"types",5} {"median file",11} {"p90 method",10} {"longest method",14} {"constructor",11}");
foreach (var folder in files.GroupBy(file => Path.GetRelativePath(root, Path.GetDirectoryName(file.Path)!)).OrderBy(folder => folder.Key, StringComparer.Ordinal))
    Console.WriteLine(Row(folder.Key, [.. folder]));
Console.WriteLine(Row("all", files));

var methods = files.SelectMany(file => file.Methods).OrderByDescending(method => method.Lines).ToArray();
var constructors = files.SelectMany(file => file.Constructors).OrderByDescending(constructor => constructor.Arguments).ToArray();
Console.WriteLine($"Longest method: {methods.FirstOrDefault()}. Longest constructor: {constructors.FirstOrDefault()}. Longest file: {files.MaxBy(file => file.Lines)!.Path}, {files.Max(file => file.Lines)} lines.");

var steps = files.FirstOrDefault(file => Path.GetRelativePath(root, file.Path) == StepsFile);
if (steps is not null)
    Console.WriteLine($"{StepsFile}: {steps.AllLines} lines, blank ones included.");

string?[] faults =
[
    args.Length == 0 && steps is null ? $"{root} has no {StepsFile}." : null,
    Fault(StepsFile, steps?.AllLines ?? 0, MaxStepsFileLines, "lines"),
    Fault("The median file", Percentile(files.Select(file => file.Lines), 50), MaxMedianFileLines, "lines"),
    Fault("The 90th percentile of methods", Percentile(methods.Select(method => method.Lines), 90), MaxMethodLinesAt90Percent, "lines"),
    .. constructors.Select(each => Fault($"The constructor of {each.Type}", each.Arguments, MaxConstructorArguments, "arguments")),
];
foreach (var fault in faults.OfType<string>())
    Console.Error.WriteLine(fault);
return faults.OfType<string>().Any() ? 1 : 0;

static IEnumerable<string> SourceFiles(string root) =>
    Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules"))
        .Order(StringComparer.Ordinal);

static string Row(string name, Measured[] files)
{
    var methods = files.SelectMany(file => file.Methods).Select(method => method.Lines).ToArray();
    var longest = files.SelectMany(file => file.Constructors).Select(constructor => constructor.Arguments).DefaultIfEmpty().Max();
    return $"{name,-40} {files.Length,5} {files.Sum(file => file.Types),5} {Percentile(files.Select(file => file.Lines), 50),11} {Percentile(methods, 90),10} {methods.DefaultIfEmpty().Max(),14} {longest,11}";
}

static string? Fault(string what, int found, int limit, string unit) =>
    found > limit ? $"{what} has {found} {unit}, more than {limit}." : null;

// The nearest rank: the smallest value that so many percent of all do not exceed.
static int Percentile(IEnumerable<int> values, int percent)
{
    var sorted = values.Order().ToArray();
    return sorted.Length == 0 ? 0 : sorted[((sorted.Length * percent) + 99) / 100 - 1];
}

internal sealed record Method(string Name, int Lines, string Path)
{
    public override string ToString() => $"{Name}, {Lines} lines ({Path})";
}

internal sealed record Constructor(string Type, int Arguments)
{
    public override string ToString() => $"{Type}, {Arguments} arguments";
}

internal sealed record Measured(string Path, int AllLines, int Lines, int Types, Method[] Methods, Constructor[] Constructors)
{
    public static Measured From(string path)
    {
        var text = File.ReadAllText(path);
        var nodes = CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().ToArray();
        return new(
            path,
            File.ReadLines(path).Count(),
            text.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line)),
            nodes.Count(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax),
            [.. nodes.Where(HasBody).Select(node => new Method(NameOf(node), LinesOf(node), path))],
            [.. nodes.Select(ConstructorOf).OfType<Constructor>()]);
    }

    private static bool HasBody(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        PropertyDeclarationSyntax property => property.ExpressionBody is not null,
        LocalFunctionStatementSyntax => true,
        _ => false,
    };

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(SyntaxNode node)
    {
        var name = node switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            LocalFunctionStatementSyntax function => function.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            ConstructorDeclarationSyntax => "new",
            _ => node.Kind().ToString(),
        };
        return $"{node.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.Text}.{name}";
    }

    // A primary constructor is one like any other, a record's too.
    private static Constructor? ConstructorOf(SyntaxNode node) => node switch
    {
        ConstructorDeclarationSyntax constructor => new(constructor.Identifier.Text, constructor.ParameterList.Parameters.Count),
        TypeDeclarationSyntax { ParameterList: { } parameters } type => new(type.Identifier.Text, parameters.Parameters.Count),
        _ => null,
    };
}
