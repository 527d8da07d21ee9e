using Amend.Models.Chat;

namespace Amend.Editing.Sessions;

/// <summary>What is asked of a session: facts to change, and how.</summary>
/// <param name="Editor">The method.</param>
/// <param name="Requests">The facts; at least one.</param>
public sealed record EditOrder(IEditor Editor, IReadOnlyList<EditRequest> Requests)
{
    /// <summary>
    /// Settings, seed and statistics; the editor's own by default. What it is told by the policy and the session is set over it.
    /// </summary>
    public EditContext Context { get; init; } = new();

    /// <summary>What becomes of earlier edits and of targets that are given already.</summary>
    public EditPolicy Policy { get; init; } = new();

    /// <summary>
    /// Whether the model is asked in full, next tokens, paraphrases and neighbours, as one fact is; else only for the targets. By
    /// default where there is one request.
    /// </summary>
    public bool InFull { get; init; } = Requests.Count == 1;

    /// <summary>
    /// The model behind its chat template, to be asked the edited prompt, too, where it is asked in full; null, the default, for not.
    /// </summary>
    public ChatModel? Chat { get; init; }
}

/// <summary>What an edit does about earlier ones, and about what the model says already.</summary>
/// <param name="Replace">
/// Whether applied edits of the same subject and prompt are taken back in the same step; false by default, which leaves them applied below.
/// </param>
/// <param name="Anyway">
/// Whether a request is edited also where the model gives its target already; false by default, which refuses it.
/// </param>
/// <param name="InTurn">
/// Whether an editor that makes one edit at a time makes those of several requests in turn, and each is kept as it is made; false by
/// default, which refuses several. Under a guard all are made before it judges them together, and then kept together.
/// </param>
public sealed record EditPolicy(bool Replace = false, bool Anyway = false, bool InTurn = false);
