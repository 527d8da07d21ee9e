using System.Globalization;
using System.Text.RegularExpressions;

namespace Amend.Ratios;

/// <summary>
/// What <c>perf script</c> prints of a row, made readable: the samples of its timed part alone, each under what kind of work it is, with
/// template arguments and what is below libtorch's operations left out.
/// </summary>
internal static partial class Profile
{
    private const string Runtime = ".NET and the start of operations";

    /// <summary>The kinds of work, by the first frame, from the innermost on, that one of them knows.</summary>
    private static readonly (string Work, Regex Frames)[] Kinds =
    [
        ("products: laying out a matrix", LayingOut()),
        ("products", Products()),
        ("memory: pages of the system", Pages()),
        ("softmax, norms, attention", Rows()),
        ("copies: cat, select, pad, zero", Copies()),
        ("element by element", Elements()),
    ];

    /// <summary>Reads samples from standard input and writes those of the last seconds, for a flame graph, to standard output.</summary>
    /// <param name="seconds">How long the timed part took; the process ends with it.</param>
    /// <returns>The exit code.</returns>
    public static int Clean(double seconds)
    {
        List<Sample> samples = [.. Read(Console.In).Where(sample => !sample.Frames.Contains("exit"))];
        var first = samples.Max(sample => sample.At) - seconds;
        samples.RemoveAll(sample => sample.At < first);
        foreach (var sample in samples)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"amend 1 {sample.At:F6}: 1 cpu-clock:"));
            foreach (var frame in sample.Frames.Append(sample.Work))
                Console.WriteLine($"\t0 {frame} (amend)");
            Console.WriteLine();
        }

        foreach (var work in samples.CountBy(sample => sample.Work).OrderByDescending(work => work.Value))
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100.0 * work.Value / samples.Count:F1} % {work.Key}"));
        return 0;
    }

    private static IEnumerable<Sample> Read(TextReader perf)
    {
        var at = 0.0;
        var frames = new List<string>();
        while (perf.ReadLine() is { } line)
        {
            if (line.Length == 0)
            {
                if (frames.Count > 0)
                    yield return new Sample(at, WorkOf(frames), [.. frames.Select(Short).Where(IsShown).Distinct()]);
                frames.Clear();
            }
            else if (!char.IsWhiteSpace(line[0]))
            {
                at = double.Parse(Time().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else
            {
                frames.Add(line.Trim()[(line.Trim().IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            }
        }
    }

    private static string WorkOf(IReadOnlyList<string> frames) =>
        frames.Select(frame => Kinds.FirstOrDefault(kind => kind.Frames.IsMatch(frame)).Work).FirstOrDefault(work => work is not null) ?? Runtime;

    private static bool IsShown(string frame) => frame.Length > 0 && !Plumbing().IsMatch(frame);

    /// <summary>A frame's function without arguments, offset and library.</summary>
    private static string Short(string frame)
    {
        if (frame.EndsWith("([kernel.kallsyms])", StringComparison.Ordinal))
            return "system";
        var name = Library().Replace(frame, "").Replace("(anonymous namespace)::", "", StringComparison.Ordinal);
        for (var before = ""; before != name;)
            (before, name) = (name, Arguments().Replace(name, ""));
        return Offset().Replace(name, "").Replace(' ', '_');
    }

    [GeneratedRegex(@"\s(\d+\.\d+):")]
    private static partial Regex Time();

    [GeneratedRegex(@"\s\([^()]*\)$|\s\(/memfd[^)]*\|deleted\)$")]
    private static partial Regex Library();

    [GeneratedRegex(@"<[^<>]*>|\([^()]*\)|<.*$|\(.*$")]
    private static partial Regex Arguments();

    [GeneratedRegex(@"\+0x[0-9a-f]+$")]
    private static partial Regex Offset();

    [GeneratedRegex(@"^\[unknown\]|^c10::|redispatch|^at::internal|^at::TensorIterator|^GOMP|^clone|^start_thread|^std::|call$|^torch::autograd::VariableType|^gomp")]
    private static partial Regex Plumbing();

    [GeneratedRegex("sgemm_scopy|sgemm_pack")]
    private static partial Regex LayingOut();

    [GeneratedRegex("^mkl_|sgemm|gblock|dgemm|cblas|gemv|mkl_blas")]
    private static partial Regex Products();

    [GeneratedRegex("page_fault|do_user_addr_fault|munmap|do_mmap|madvise|mprotect")]
    private static partial Regex Pages();

    [GeneratedRegex("softmax|layer_norm|LayerNorm|RowwiseMoments|flash_attention|scaled_dot_product", RegexOptions.IgnoreCase)]
    private static partial Regex Rows();

    [GeneratedRegex("memmove|memset|memcpy|cat_|copy_|index_select|index_add|constant_pad|zero_|fill_|slice_backward|gather", RegexOptions.IgnoreCase)]
    private static partial Regex Copies();

    [GeneratedRegex("Sleef|TensorIterator|vectorized|tanh|gelu|silu|add_|mul_|sum_|at::native")]
    private static partial Regex Elements();

    private sealed record Sample(double At, string Work, IReadOnlyList<string> Frames);
}
