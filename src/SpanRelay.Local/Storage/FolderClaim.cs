namespace SpanRelay.Local.Storage;

/// <summary>
/// A folder that is this process's alone. Azurite itself does not notice another on its data: both start, and each writes over
/// what the other kept. The claim ends with the process, however it ends.
/// </summary>
internal sealed class FolderClaim : IDisposable
{
    private const string FileName = ".in-use";

    private readonly FileStream _file;

    private FolderClaim(FileStream file) => _file = file;

    /// <param name="folder">Made where it is missing.</param>
    /// <exception cref="LocalSystemException">Someone else has it, or nothing can be written there.</exception>
    public static FolderClaim Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderClaim(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LocalSystemException($"Azurite does not start with its data in {folder}: {exception.Message} Is another one using that folder?", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
