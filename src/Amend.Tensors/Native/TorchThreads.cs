using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Amend.Tensors.Native;

/// <summary>
/// Work of managed code in the threads that libtorch computes in (OpenMP's), which wait for such work; those of .NET's pool would have
/// to be woken beside them. Where libtorch has other threads than libgomp's, it is done in the pool's.
/// </summary>
internal static unsafe class TorchThreads
{
    /// <summary>libgomp's <c>GOMP_parallel(work, state, threads, flags)</c>; null where libtorch has none.</summary>
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> Begin =
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)(
            OperatingSystem.IsLinux() ? TorchRuntime.FunctionOf("GOMP_parallel") : 0);

    /// <summary>
    /// Does all shares of a work, each once, in this thread and others; a thread takes another share when it is done with one.
    /// </summary>
    /// <param name="shares">How many shares there are.</param>
    /// <param name="threads">How many threads there are to be, this one included: at most libtorch's number.</param>
    /// <param name="work">Does the share of a number from 0 on. What it throws is thrown when all threads are done.</param>
    public static void Share(long shares, int threads, Action<long> work)
    {
        var job = new Job(shares, work);
        if (threads < 2)
            job.TakePart();
        else if (Begin is null)
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => job.TakePart());
        else
            InTorchThreads(job, threads);
        job.Failure?.Throw();
    }

    private static void InTorchThreads(Job job, int threads)
    {
        var handle = GCHandle.Alloc(job);
        try
        {
            Begin(&Join, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static void Join(nint handle) => ((Job)GCHandle.FromIntPtr(handle).Target!).TakePart();

    private sealed class Job(long shares, Action<long> work)
    {
        private long _taken;

        /// <summary>What a share threw; native frames let nothing through.</summary>
        public ExceptionDispatchInfo? Failure { get; private set; }

        public void TakePart()
        {
            try
            {
                long share;
                while ((share = Interlocked.Increment(ref _taken) - 1) < shares)
                    work(share);
            }
            catch (Exception failure)
            {
                Failure = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
