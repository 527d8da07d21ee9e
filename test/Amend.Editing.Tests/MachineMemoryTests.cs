using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests;

public sealed class MachineMemoryTests
{
    [Fact]
    public void The_processor_has_free_memory_and_at_most_what_the_machine_has() =>
        Assert.InRange(MachineMemory.Free(CPU)!.Value, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 2);

    [Fact]
    public void Other_devices_are_not_known() => Assert.Null(MachineMemory.Free(new Device(DeviceType.META)));
}
