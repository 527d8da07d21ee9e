namespace Amend.Models.Taps;

/// <summary>
/// What is put in front of the prompts that a model is asked, as text: it is read with the prompt, so it comes before tokens, positions and
/// taps, and holds in every way of asking.
/// </summary>
public interface IPreamble
{
    /// <summary>The text in front of a prompt.</summary>
    /// <param name="reader">The model that is asked.</param>
    /// <param name="prompt">The prompt, not empty.</param>
    /// <param name="room">How many tokens it may take, at least 1.</param>
    /// <returns>The text, with whatever parts it from the prompt; empty where the prompt is to be asked as it is.</returns>
    string Before(IPromptReader reader, string prompt, int room);
}
