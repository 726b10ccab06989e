namespace SpanRelay.Deploy;

/// <summary>The settings while "azd down" drops them with the outputs.</summary>
internal static class SavedSettings
{
    public static async Task<int> WriteAsync(AzdProject project)
    {
        await Secrets.ForgetTypedAsync(project.Azd, project.Settings);
        var settings = project.Parameters.Settings.Where(name => project.Setting(name).Length > 0).ToDictionary(name => name, project.Setting);
        Directory.CreateDirectory(project.EnvironmentFolder);
        EnvironmentFile.Write(FileOf(project), settings);
        return 0;
    }

    public static async Task<int> RestoreAsync(AzdProject project)
    {
        await project.Azd.SetAsync(Secrets.Names.ToDictionary(name => name + Secrets.Once, _ => ""));
        var file = FileOf(project);
        if (!File.Exists(file))
            return 0;
        await project.Azd.SetFromAsync(file);
        File.Delete(file);
        Console.Out.WriteLine("The settings are kept: \"azd up\" deploys the same again, and asks for the token only.");
        return 0;
    }

    private static string FileOf(AzdProject project) => Path.Combine(project.EnvironmentFolder, "settings-before-down.env");
}
