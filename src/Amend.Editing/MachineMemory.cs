using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing;

/// <summary>The memory that a process can still have.</summary>
public static class MachineMemory
{
    private const string Information = "/proc/meminfo";
    private const string Group = "/sys/fs/cgroup";

    /// <summary>
    /// Free bytes for a device: for the processor what the system could give without swapping, within the limit of the process's
    /// control group; null for other devices, which are asked by their own allocator.
    /// </summary>
    public static long? Free(Device device)
    {
        if (device.type != DeviceType.CPU)
            return null;
        if (!File.Exists(Information))
        {
            var memory = GC.GetGCMemoryInfo();
            return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }

        const long Kilo = 1024;
        var system = Number(Information, "MemAvailable:") * Kilo;
        return FreeInGroup() is { } group && group < system ? group : system;
    }

    /// <summary>
    /// What the limit of the control group (version 2) leaves; pages
    /// of files that the system can drop do not count as used.
    /// </summary>
    private static long? FreeInGroup()
    {
        if (!long.TryParse(Text("memory.max"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || !long.TryParse(Text("memory.current"), NumberStyles.None, CultureInfo.InvariantCulture, out var used))
        {
            return null;
        }

        var droppable = Number(Path.Combine(Group, "memory.stat"), "inactive_file") ?? 0;
        return Math.Max(0, limit - used + droppable);
    }

    private static string? Text(string name) =>
        Path.Combine(Group, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    private static long? Number(string path, string name)
    {
        if (!File.Exists(path))
            return null;
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var value, ..]
            && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
