using System.Text;

namespace Amend.Cli.Rendering;

/// <summary>Standard error where it may be closed or full: what cannot be written is lost, and the work goes on.</summary>
/// <param name="error">Standard error.</param>
internal sealed class MessageWriter(TextWriter error) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => error.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => error.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => error.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => error.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(error.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is nobody left to tell.
        }
    }
}
