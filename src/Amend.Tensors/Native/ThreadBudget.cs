namespace Amend.Tensors.Native;

/// <summary>How many threads libtorch computes with.</summary>
public static class ThreadBudget
{
    /// <summary>The processors that this process may use by its affinity and its control group's quota, at least one.</summary>
    public static int Default() => Math.Max(1, Environment.ProcessorCount);

    /// <summary>Sets the thread count of libtorch's operations.</summary>
    /// <exception cref="AmendException">The count is below one.</exception>
    public static void Set(int threads)
    {
        if (threads < 1)
            throw new AmendException($"--threads {threads} was asked; give a count of at least 1.");
        TorchRuntime.EnsureLoaded(); // Which sets the default.
        TorchSharp.torch.set_num_threads(threads);
    }
}
