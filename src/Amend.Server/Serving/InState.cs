namespace Amend.Server.Serving;

/// <summary>An answer with the state that gave it, or that it left.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="State">The state.</param>
internal sealed record InState<T>(T Answer, ModelState State);
