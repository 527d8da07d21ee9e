using Amend.Editing;
using Amend.Tensors;

namespace Amend.Atlas.Facts;

/// <summary>Fills a request with what a world knows of its fact: the present object, paraphrases, and neighbours.</summary>
public static class WorldKnowledge
{
    private const int MostPrompts = 3;

    /// <summary>The request with object, paraphrases and neighbours of the world where the request has none.</summary>
    /// <param name="world">The world.</param>
    /// <param name="request">The request; returned as it is where the world knows no fact with this subject and phrasing.</param>
    public static EditRequest Complete(AtlasWorld world, EditRequest request)
    {
        var fact = world.Facts.FirstOrDefault(f => f.Subject == request.Subject && f.Relation.Phrasings.Contains(request.Prompt));
        if (fact is null)
            return request;
        return request with
        {
            TargetTrue = request.TargetTrue ?? fact.Object,
            Paraphrases = request.Paraphrases.Count > 0 ? request.Paraphrases : Paraphrases(fact, request.Prompt),
            Neighbors = request.Neighbors.Count > 0 ? request.Neighbors : Neighbors(fact),
        };
    }

    private static List<string> Paraphrases(Fact fact, string prompt) =>
        [.. fact.Relation.Phrasings.Where(p => p != prompt).Take(MostPrompts).Select(p => Fill(p, fact.Subject))];

    private static List<string> Neighbors(Fact fact)
    {
        var others = fact.Relation.Facts.Where(f => f.Object == fact.Object && f.Subject != fact.Subject).ToArray();
        StableRandom.For(0, fact.Key).Shuffle(others);
        return [.. others.Take(MostPrompts).Select((f, i) => Fill(fact.Relation.Phrasings[i % fact.Relation.Phrasings.Count], f.Subject))];
    }

    private static string Fill(string phrasing, string subject) => phrasing.Replace("{}", subject, StringComparison.Ordinal);
}
