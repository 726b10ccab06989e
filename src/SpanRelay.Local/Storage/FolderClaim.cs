namespace SpanRelay.Local.Storage;

/// <summary>
/// Exclusive use of a folder. Azurite does not notice a second instance on the same data: both start and overwrite each
/// other's files. The claim ends with the process.
/// </summary>
internal sealed class FolderClaim : IDisposable
{
    private const string FileName = ".in-use";

    private readonly FileStream _file;

    private FolderClaim(FileStream file) => _file = file;

    /// <param name="folder">Created if it does not exist.</param>
    /// <exception cref="LocalSystemException">The folder is in use or not writable.</exception>
    public static FolderClaim Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderClaim(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LocalSystemException($"Azurite cannot use the folder {folder}: {exception.Message} If another run uses it, choose a different one with --data.", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
