using Amend.Tensors;

namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// Draws examples from a training's data: all requests in an order of its own in each epoch, and for each a prompt that is asked and
/// texts that are kept. What a batch has follows from the seed and its number alone.
/// </summary>
/// <param name="data">The requests.</param>
/// <param name="kept">Texts that are kept, an example.</param>
/// <param name="seed">The seed.</param>
internal sealed class ExampleDraws(NetworkData data, int kept, int seed)
{
    private int[] _order = [];
    private int _epoch = -1;

    /// <summary>The examples of a batch, each with one prompt that is asked: the edit's own or a paraphrase.</summary>
    /// <param name="batch">The batch's number, from 0.</param>
    /// <param name="size">Examples a batch.</param>
    public IReadOnlyList<EditExample> Batch(int batch, int size)
    {
        var random = StableRandom.For(seed, $"batch\t{batch}");
        return [.. Enumerable.Range(0, size).Select(i => Place(((long)batch * size) + i)).Select(place => Draw(place, random))];
    }

    /// <summary>The first examples of the validation, each with its prompt and all paraphrases; the same at every call.</summary>
    /// <param name="most">How many.</param>
    public IReadOnlyList<EditExample> Validation(int most)
    {
        var random = StableRandom.For(seed, "validation");
        return
        [
            .. data.Validation.Take(most).Select((request, place) => new EditExample(
                request, [request.FilledPrompt, .. request.Paraphrases], Kept(data.Validation, place, random))),
        ];
    }

    private EditExample Draw(int place, Random random)
    {
        var request = data.Train[place];
        string[] asked = [request.FilledPrompt, .. request.Paraphrases];
        return new EditExample(request, [asked[random.Next(asked.Length)]], Kept(data.Train, place, random));
    }

    /// <summary>Neighbours of a request, or, where it has none, prompts of others.</summary>
    private IReadOnlyList<string> Kept(IReadOnlyList<EditRequest> requests, int place, Random random)
    {
        var own = requests[place];
        string[] texts = own.Neighbors.Count > 0
            ? [.. own.Neighbors]
            : [.. Others(requests, place, random).Select(other => other.FilledPrompt).Where(prompt => prompt != own.FilledPrompt)];
        random.Shuffle(texts);
        return [.. texts.Take(kept)];
    }

    /// <summary>Requests from a drawn place on; a few more than are kept, as some may ask the same.</summary>
    private IEnumerable<EditRequest> Others(IReadOnlyList<EditRequest> requests, int place, Random random)
    {
        var first = random.Next(requests.Count);
        return Enumerable.Range(first, Math.Min(2 * kept + 1, requests.Count))
            .Select(at => at % requests.Count)
            .Where(at => at != place)
            .Select(at => requests[at]);
    }

    private int Place(long example)
    {
        var (epoch, place) = Math.DivRem(example, data.Train.Count);
        if (epoch != _epoch)
        {
            _order = [.. Enumerable.Range(0, data.Train.Count)];
            StableRandom.For(seed, $"epoch\t{epoch}").Shuffle(_order);
            _epoch = (int)epoch;
        }

        return _order[place];
    }
}
