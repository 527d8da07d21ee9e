namespace Amend.Editing.Stores;

/// <summary>
/// The right to change a store, held by one at a time, in this process or another, until it is disposed. It is the system's lock on
/// the file <c>lock</c>, which ends with the process that holds it, so a killed one blocks nobody. Readers need none.
/// </summary>
internal static class StoreLock
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock, and waits while another has it.</summary>
    /// <param name="folder">The store's folder; made where it is missing.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="IOException">The folder cannot be made or written, or another had the lock all the time.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static IDisposable Take(string folder, TimeSpan patience, CancellationToken stop = default)
    {
        var path = Path.Combine(folder, "lock");
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                Directory.CreateDirectory(folder);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e) && DateTime.UtcNow < deadline)
            {
                stop.WaitHandle.WaitOne(BetweenTries);
            }
        }
    }

    /// <summary>Whether the lock was not had because another has it: a sharing violation, or the system's EWOULDBLOCK.</summary>
    private static bool IsHeld(IOException e)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockBsd = 35;
        return e.HResult is SharingViolation or WouldBlockLinux or WouldBlockBsd;
    }
}
