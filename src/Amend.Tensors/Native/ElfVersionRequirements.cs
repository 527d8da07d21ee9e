using System.Buffers.Binary;
using System.Text;

namespace Amend.Tensors.Native;

/// <summary>
/// Reads and relaxes the symbol version requirements (<c>.gnu.version_r</c>) of a little-endian ELF64 shared object.
/// Source: the Linux Standard Base, "Symbol Versioning", and <c>elf.h</c>.
/// </summary>
public static class ElfVersionRequirements
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort FlagWeak = 2;
    private const int SectionHeaderSize = 64;

    /// <summary>
    /// A copy of a shared object in which the requirement of <paramref name="version"/> is weak, so that the loader
    /// accepts a library without that version. Symbols that a relocation does use are still looked up.
    /// </summary>
    /// <param name="elf">The bytes of the shared object; they are not changed.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>The patched copy, of the same length; equal to the input where nothing requires the version.</returns>
    /// <exception cref="AmendException">The bytes are not a little-endian ELF64 file, or its tables point outside.</exception>
    public static byte[] MakeWeak(ReadOnlySpan<byte> elf, string version)
    {
        var patched = elf.ToArray();
        foreach (var flagsAt in FlagOffsets(elf, version))
        {
            var flags = BinaryPrimitives.ReadUInt16LittleEndian(elf[flagsAt..]);
            BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(flagsAt), (ushort)(flags | FlagWeak));
        }

        return patched;
    }

    /// <summary>Whether the shared object requires <paramref name="version"/> and the requirement is not weak.</summary>
    /// <exception cref="AmendException">The bytes are not a little-endian ELF64 file, or its tables point outside.</exception>
    public static bool Requires(ReadOnlySpan<byte> elf, string version)
    {
        foreach (var flagsAt in FlagOffsets(elf, version))
        {
            if ((BinaryPrimitives.ReadUInt16LittleEndian(elf[flagsAt..]) & FlagWeak) == 0)
                return true;
        }

        return false;
    }

    private static List<int> FlagOffsets(ReadOnlySpan<byte> elf, string version)
    {
        try
        {
            return FindFlagOffsets(elf, version);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new AmendException(
                $"A shared object of {elf.Length} bytes has version tables that point outside of it; "
                    + "restore the TorchSharp package again.", e);
        }
    }

    private static List<int> FindFlagOffsets(ReadOnlySpan<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
            throw new AmendException("A little-endian ELF64 shared object was expected, but the file's first bytes say otherwise; "
                + "restore the TorchSharp package again.");
        var found = new List<int>();
        var sections = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]));
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]);
        for (var i = 0; i < sectionCount; i++)
        {
            var section = elf.Slice(checked(sections + i * SectionHeaderSize), SectionHeaderSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionTypeVersionNeed)
                continue;
            var link = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(section[0x28..]));
            var strings = Offset(elf.Slice(checked(sections + link * SectionHeaderSize), SectionHeaderSize));
            CollectNeeds(elf, Offset(section), strings, version, found);
        }

        return found;
    }

    private static int Offset(ReadOnlySpan<byte> sectionHeader) =>
        checked((int)BinaryPrimitives.ReadUInt64LittleEndian(sectionHeader[0x18..]));

    private static void CollectNeeds(ReadOnlySpan<byte> elf, int need, int strings, string version, List<int> found)
    {
        while (true)
        {
            var aux = checked(need + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(need + 8)..]));
            for (var n = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]); n > 0; n--)
            {
                var name = elf[checked(strings + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(aux + 8)..]))..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                    found.Add(aux + 4);
                aux = checked(aux + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(aux + 12)..]));
            }

            var next = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(need + 12)..]));
            if (next == 0)
                return;
            need = checked(need + next);
        }
    }
}
