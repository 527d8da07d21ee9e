using Amend.Editing.Codebooks;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Sessions;

/// <summary>
/// A codebook in the plane: its keys with their radii, and where prompts lie among them. The plane is that of the two directions in which
/// keys and prompts together differ most (principal components). Distances in it are at most those in the codebook's own space, so a
/// prompt that fires lies within its entry's circle, and one that lies there need not fire. Of a codebook at tokens a prompt is the token
/// that comes nearest to firing; keys of texts' first tokens are not drawn, which lie elsewhere.
/// </summary>
/// <param name="Weight">The name of the layer's weight.</param>
/// <param name="Distance">How distances are measured; of cosines, vectors are drawn at length 1.</param>
/// <param name="Entries">The keys of the entries, in the order in which they were added.</param>
/// <param name="Prompts">The prompts, in the order given.</param>
public sealed record CodebookMap(
    string Weight, KeyDistance Distance, IReadOnlyList<MappedEntry> Entries, IReadOnlyList<MappedPrompt> Prompts)
{
    /// <summary>The share of the squared distances from the middle that the plane shows, 0 to 1.</summary>
    public required double Shown { get; init; }

    /// <summary>Maps the codebook of a layer.</summary>
    /// <param name="session">The model with its edits.</param>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="prompts">The prompts.</param>
    /// <exception cref="AmendException">The layer has no codebook, or a prompt or target is none of the model's.</exception>
    public static CodebookMap Of(EditSession session, string weight, IReadOnlyList<PromptToMap> prompts)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var book = CodebookReading.Of(session, weight, prompts);
        var all_NF = cat([book.Keys, .. book.Prompts.Select(read => read.State).OfType<Tensor>().Select(state => state.unsqueeze(0))], 0);
        if (book.Distance == KeyDistance.Cosine)
            all_NF = nn.functional.normalize(all_NF);
        var (places, shown) = Plane(all_NF);
        var placesOfPrompts = new Queue<MapPlace>(places.Skip(book.Entries.Count));
        return new CodebookMap(
            weight,
            book.Distance,
            [
                .. book.Entries.Zip(places, (key, place) => new MappedEntry(
                    key.Entry, key.Edit, key.Label, place, LengthOf(key.Radius, book.Distance))),
            ],
            [
                .. book.Prompts.Select(read => new MappedPrompt(
                    read.Asked.Text, read.Asked.Kind, PlaceOf(read), read.Nearest, read.Distance, read.Fires)),
            ])
        {
            Shown = shown,
        };

        MapPlace? PlaceOf(ReadPrompt read) => read.State is null ? null : placesOfPrompts.Dequeue();
    }

    /// <summary>Coordinates along the two directions of most variance, and the share of the variance that they have.</summary>
    private static (MapPlace[] Places, double Shown) Plane(Tensor all_NF)
    {
        using var scope = NewDisposeScope();
        var middle_NF = (all_NF - all_NF.mean([0], keepdim: true)).to(float64);
        var (_, lengths, directions_KF) = linalg.svd(middle_NF, fullMatrices: false);
        var axes = Math.Min(2, (int)directions_KF.shape[0]);
        var axes_AF = directions_KF.narrow(0, 0, axes);
        // Of a direction and its opposite the one whose largest part is positive, so that a map has one form.
        var largest_A1 = axes_AF.gather(1, axes_AF.abs().argmax(1, keepdim: true));
        var places_NA = middle_NF.matmul((axes_AF * largest_A1.sign()).t());
        var numbers = nn.functional.pad(places_NA, [0, 2 - axes]).contiguous().data<double>().ToArray();
        var (total, kept) = (lengths.square().sum().item<double>(), lengths.narrow(0, 0, axes).square().sum().item<double>());
        return ([.. numbers.Chunk(2).Select(pair => new MapPlace(pair[0], pair[1]))], total > 0 ? kept / total : 1);
    }

    /// <summary>A radius as a length in the drawing: |a - b|² = 2 (1 - cos) for vectors of length 1.</summary>
    private static double LengthOf(double radius, KeyDistance distance) =>
        distance == KeyDistance.Cosine ? Math.Sqrt(2 * radius) : radius;
}

/// <summary>A prompt to find in a codebook.</summary>
/// <param name="Text">The whole prompt.</param>
/// <param name="Target">What it is answered with; it does not move the prompt, but the model must know it.</param>
/// <param name="Kind">What it is for.</param>
public sealed record PromptToMap(string Text, string Target, AskedKind Kind);

/// <summary>A place in the plane.</summary>
/// <param name="X">Along the direction of most variance.</param>
/// <param name="Y">Along the next.</param>
public readonly record struct MapPlace(double X, double Y);

/// <summary>A key of a codebook's entry in the plane.</summary>
/// <param name="Number">The entry's number, from 1.</param>
/// <param name="Edit">The id of the edit that gave it its value.</param>
/// <param name="Label">What it answers; of a codebook at tokens the subject.</param>
/// <param name="Place">Where its key lies.</param>
/// <param name="Radius">Its radius, to the scale of the plane.</param>
public sealed record MappedEntry(int Number, string Edit, string Label, MapPlace Place, double Radius);

/// <summary>A prompt in the plane.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Place">Where it lies; null where it fires at its first token, which is not drawn.</param>
/// <param name="Nearest">The number of the nearest entry, from 1.</param>
/// <param name="Distance">The distance to its key.</param>
/// <param name="Fires">Whether that entry fires.</param>
public sealed record MappedPrompt(string Text, AskedKind Kind, MapPlace? Place, int Nearest, double Distance, bool Fires);
