using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics.Text;
using Amend.Tensors;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// The reference texts of a data set: texts about subjects that have an object, by relation and object (Meng et al. 2022, section
/// 3.4; <c>dsets/attr_snippets.py</c> and <c>dsets/tfidf_stats.py</c> of kmeng01/rome). Word frequencies are of all texts. Texts
/// stay in the file until they are asked for; several threads may ask.
/// </summary>
public sealed class AttributeSnippets
{
    private readonly string _path;
    private readonly TfIdf _words;
    private readonly Dictionary<(string Relation, string Target), List<BytePlace>> _places;

    private AttributeSnippets(string path, TfIdf words, Dictionary<(string Relation, string Target), List<BytePlace>> places)
    {
        _path = path;
        _words = words;
        _places = places;
    }

    /// <summary>Reads a file once, for the words of its texts and where they stand.</summary>
    /// <param name="path">The file, in the form of <c>attribute_snippets.json</c>; it must stay as it is while this is used.</param>
    /// <exception cref="AmendException">The file is missing, or a group is broken: the message names file, record and field.</exception>
    public static AttributeSnippets Load(string path)
    {
        var places = new Dictionary<(string Relation, string Target), List<BytePlace>>();
        return new AttributeSnippets(path, TfIdf.Fit(Texts(path, places)), places);
    }

    /// <summary>
    /// The texts about subjects that have the request's new object; found by the object's id, or by the object itself where the data
    /// set has no ids. Null where the request names no relation or no new object, or where there is no such text.
    /// </summary>
    /// <exception cref="AmendException">The file has changed since it was read.</exception>
    public ReferenceTexts? Of(CaseRequest request)
    {
        if (request.RelationId is not { } relation ||
            (request.TargetNewId ?? request.TargetNew) is not { } target || !_places.TryGetValue((relation, target), out var places))
            return null;
        string[] texts = [.. places.SelectMany(place => AttributeSnippetsFile.ReadAt(_path, place).Samples).Select(sample => sample.Text)];
        return texts.Length > 0 ? new ReferenceTexts(_words, texts) : null;
    }

    private static IEnumerable<string> Texts(string path, Dictionary<(string Relation, string Target), List<BytePlace>> places)
    {
        foreach (var (group, place) in AttributeSnippetsFile.ReadPlaced(path))
        {
            if (!places.TryGetValue((group.RelationId, group.TargetId), out var before))
                places[(group.RelationId, group.TargetId)] = before = [];
            before.Add(place);
            foreach (var sample in group.Samples)
                yield return sample.Text;
        }
    }
}
