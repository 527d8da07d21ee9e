using System.Globalization;
using Amend.Editing.Homes;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// Null spaces in Amend's home, by the weights, the layer, the threshold and the statistics' bytes. A file that is broken or of
/// something else is made again, and one that cannot be written is done without. The files that were not used for longest go
/// where all together have too many bytes.
/// </summary>
internal sealed class NullSpaceCache
{
    private const string Pattern = "*.safetensors";
    private readonly string _folder;
    private readonly long _mostBytes;

    /// <summary>Creates a cache.</summary>
    /// <param name="home">The home.</param>
    /// <param name="mostBytes">The most bytes of all files; 8 GiB by default.</param>
    public NullSpaceCache(AmendHome home, long mostBytes = 8L << 30) => (_folder, _mostBytes) = (home.Cache("null-spaces"), mostBytes);

    /// <summary>The space of a second moment, from its file or computed; the caller disposes.</summary>
    /// <param name="weightsHash">The hash of the weights.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="threshold">The eigenvalues below it are taken as zero.</param>
    /// <param name="statisticsHash">SHA-256 of the statistics file.</param>
    /// <param name="mean">The second moment, <c>[F,F]</c>.</param>
    public NullSpace Get(string weightsHash, int layer, double threshold, string statisticsHash, Tensor mean)
    {
        var of = new Dictionary<string, string>
        {
            ["weights_hash"] = weightsHash,
            ["layer"] = layer.ToString(CultureInfo.InvariantCulture),
            ["threshold"] = threshold.ToString("R", CultureInfo.InvariantCulture),
            ["statistics_sha256"] = statisticsHash,
        };
        var path = PathOf(of);
        if (File.Exists(path) && NullSpaceBasis.LoadOrNull(path, of, mean.shape[0]) is { } kept)
        {
            using (kept)
            {
                Quietly(() => File.SetLastWriteTimeUtc(path, DateTime.UtcNow));
                return kept.Space();
            }
        }

        using var basis = NullSpaceBasis.Below(mean, threshold);
        if (basis.Bytes <= _mostBytes)
            Quietly(() => Keep(basis, path, of));
        return basis.Space();
    }

    /// <summary>The file of a null space.</summary>
    private string PathOf(Dictionary<string, string> of)
    {
        var key = ContentHash.Of(string.Join('\n', of.Values));
        return Path.Combine(_folder, $"{of["weights_hash"][..16]}-layer-{of["layer"]}-{key[..16]}.safetensors");
    }

    private void Keep(NullSpaceBasis basis, string path, Dictionary<string, string> of)
    {
        Directory.CreateDirectory(_folder);
        basis.Save(path, of);
        long sum = 0;
        var files = new DirectoryInfo(_folder).GetFiles(Pattern);
        foreach (var file in files.OrderByDescending(file => file.FullName == path).ThenByDescending(file => file.LastWriteTimeUtc))
        {
            sum += file.Length;
            if (sum > _mostBytes)
                file.Delete();
        }
    }

    /// <summary>The cache only saves time: what its folder does not allow is left out.</summary>
    private static void Quietly(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is AmendException or IOException or UnauthorizedAccessException)
        {
        }
    }
}
