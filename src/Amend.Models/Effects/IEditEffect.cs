namespace Amend.Models.Effects;

/// <summary>One thing that an edit does to a model, such as the change of a weight; owns its tensors.</summary>
public interface IEditEffect : IDisposable
{
    /// <summary>The name of the weight that it belongs to, in the checkpoint.</summary>
    string Weight { get; }

    /// <summary>A copy with tensors of its own; the caller disposes.</summary>
    /// <exception cref="ObjectDisposedException">The effect was disposed.</exception>
    IEditEffect Clone();
}
