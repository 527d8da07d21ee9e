namespace Amend.Studio.Traces;

/// <summary>A cell of a heat map.</summary>
/// <param name="Kind">What is restored.</param>
/// <param name="Token">The token, from 0.</param>
/// <param name="Layer">The layer, from 0.</param>
public sealed record Cell(string Kind, int Token, int Layer)
{
    /// <summary>A cell as an address names it; null where the text names none.</summary>
    public static Cell? Parse(string? text) =>
        text?.Split('.') is [var kind, var token, var layer] && int.TryParse(token, out var at) && int.TryParse(layer, out var level)
            ? new Cell(kind, at, level)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}.{Token}.{Layer}";
}
