using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Amend.Tensors;

/// <summary>Random state derived from a seed and a name, the same on every machine and in every process.</summary>
public static class StableRandom
{
    /// <summary>The state of a (seed, name).</summary>
    public static Random For(int seed, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\t{name}"));
        return new Random(BinaryPrimitives.ReadInt32LittleEndian(hash));
    }
}
