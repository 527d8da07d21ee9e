using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Tests;

/// <summary>Records made up for tests.</summary>
internal static class Samples
{
    public static CounterFactRecord Record(int id = 7, string subject = "Réunion") => new()
    {
        CaseId = id,
        RequestedRewrite = new RequestedRewrite
        {
            Prompt = "{} lies in",
            RelationId = "ocean",
            TargetNew = new CounterFactTarget { Str = "Arctic" },
            TargetTrue = new CounterFactTarget { Str = "Indian", Id = "Q1239" },
            Subject = subject,
        },
        ParaphrasePrompts = [$"The sea around {subject} is", $"It rained. {subject} is found in"],
        NeighborhoodPrompts = ["Mauritius lies in", "Comoros lies in", "Mayotte lies in"],
        AttributePrompts = ["Svalbard lies in"],
        GenerationPrompts = [$"{subject} is known for"],
    };

    /// <summary>The case of <see cref="Record"/>.</summary>
    public static EditCase Case(int id = 7, string subject = "Réunion")
    {
        var record = Record(id, subject);
        return new EditCase
        {
            Id = $"{id}",
            Requests = [new CaseRequest(record.RequestedRewrite.Prompt) { Subject = subject, TargetNew = "Arctic", TargetTrue = "Indian" }],
            Paraphrases = record.ParaphrasePrompts,
            Neighborhood = [.. record.NeighborhoodPrompts
                .Select(prompt => new CasePrompt(prompt) { Answers = [new CaseAnswer("Indian")] })],
            GenerationPrompts = record.GenerationPrompts,
        };
    }

    public static KnownFact Fact(int id = 0, string subject = "Malé") => new()
    {
        KnownId = id,
        Subject = subject,
        Attribute = "Maldives",
        Template = "{} is a city of the",
        Prediction = " Maldives, \"far\" away",
        Prompt = $"{subject} is a city of the",
        RelationId = "city-country",
    };
}
