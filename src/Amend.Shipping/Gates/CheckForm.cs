namespace Amend.Shipping.Gates;

/// <summary>How a question of a check is asked.</summary>
public enum CheckForm
{
    /// <summary>
    /// By the probabilities: each token of the new object is the likeliest after those before it; of neighbours, the likeliest next token
    /// stays.
    /// </summary>
    Plain,

    /// <summary>
    /// By what the model writes, greedily: it contains the new object as whole words; of neighbours, it stays up to the end of the clause.
    /// </summary>
    Free,

    /// <summary>By what the model answers behind its chat template, as <see cref="Free"/>.</summary>
    Chat,
}
