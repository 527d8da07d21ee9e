using System.Text.Json;
using Amend.Editing;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Atlas.Tour;

/// <summary>Widely known facts, each with an object that is not true: what the tour asks any model.</summary>
public static class TourFacts
{
    private const int MostNeighbors = 3;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// The facts as edits with their true objects and paraphrases, in the order in which they are asked, each with the prompts that
    /// may be its neighbours: of subjects with the same object, then the other facts of its relation.
    /// </summary>
    internal static IReadOnlyList<(EditRequest Request, IReadOnlyList<(string Prompt, string Object)> Neighbors)> All { get; } =
        [.. Read().SelectMany(relation => relation.Facts.Select(fact => (relation.Request(fact), relation.Neighbors(fact))))];

    /// <summary>
    /// The first of the facts that a model answers rightly, greedily and with a greater probability than the new object, as it does
    /// at least one neighbour.
    /// </summary>
    /// <param name="model">A causal decoder.</param>
    /// <returns>The edit, with up to three neighbours that the model answers rightly, and how many facts were asked.</returns>
    /// <exception cref="AmendException">The model answers none of the facts rightly, or is no causal decoder.</exception>
    public static (EditRequest Request, int Asked) FindKnown(LanguageModel model)
    {
        model.RequireDecoder("The tour");
        var scorer = new TargetScorer(model);
        for (var place = 0; place < All.Count; place++)
        {
            var (request, neighbors) = All[place];
            string[] known = Knows(scorer, request)
                ? [.. neighbors.Where(one => scorer.Score(one.Prompt, one.Object).IsGreedy).Take(MostNeighbors).Select(one => one.Prompt)]
                : [];
            if (known.Length > 0)
                return (request with { Neighbors = known }, place + 1);
        }

        var first = All[0].Request;
        throw new AmendException(
            $"'{model.Name}' answers none of the tour's {All.Count} facts rightly, and to \"{first.FilledPrompt}\" it says "
            + $"'{ShortAnswer.Ask(model, first.FilledPrompt)}' instead of {first.TargetTrue}; edit a fact that it knows with amend edit.");
    }

    private static bool Knows(TargetScorer scorer, EditRequest request)
    {
        var scores = scorer.Score([(request.FilledPrompt, request.TargetTrue!), (request.FilledPrompt, request.TargetNew)]);
        return scores[0].IsGreedy && scores[0].MeanNll < scores[1].MeanNll;
    }

    private static List<TourRelation> Read()
    {
        using var stream = typeof(TourFacts).Assembly.GetManifestResourceStream("Amend.Atlas.Tour.tour-facts.json")!;
        return JsonSerializer.Deserialize<TourFile>(stream, Json)!.Relations;
    }

    private sealed record TourFile(string Source, List<TourRelation> Relations);

    private sealed record TourRelation(string Prompt, List<string> Paraphrases, List<TourFact> Facts)
    {
        public EditRequest Request(TourFact fact) => new(Prompt, fact.Subject, fact.NewObject)
        {
            TargetTrue = fact.Object,
            Paraphrases = [.. Paraphrases.Select(paraphrase => Fill(paraphrase, fact.Subject))],
        };

        public IReadOnlyList<(string Prompt, string Object)> Neighbors(TourFact fact) =>
        [
            .. fact.LikeIt.Select(subject => (Fill(Prompt, subject), fact.Object)),
            .. Facts.Where(other => other != fact).Select(other => (Fill(Prompt, other.Subject), other.Object)),
        ];

        private static string Fill(string prompt, string subject) => new SubjectPrompt(prompt, subject).Text;
    }

    /// <summary>A fact of a relation; <paramref name="LikeIt"/> are other subjects with its object.</summary>
    private sealed record TourFact(string Subject, string Object, string NewObject, List<string> LikeIt);
}
