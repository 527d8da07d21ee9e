using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>Moves the changes of values downhill, each request by itself.</summary>
internal interface IValueSearch : IDisposable
{
    /// <summary>Moves the changes of the requests that go on to where their losses are evaluated next.</summary>
    /// <param name="going">The requests.</param>
    /// <param name="losses">The loss of each request at its change as it is; of those that do not go on, of no use.</param>
    /// <param name="gradient_ND">The gradients of the losses there, <c>[N,D]</c>.</param>
    void Move(int[] going, IReadOnlyList<double> losses, Tensor gradient_ND);

    /// <summary>Leaves each request at the change that it is to keep.</summary>
    /// <param name="losses">The last loss of each request.</param>
    void Finish(IReadOnlyList<double> losses);
}
