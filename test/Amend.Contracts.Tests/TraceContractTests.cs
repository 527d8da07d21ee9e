using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Tracing;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>Causal tracing on every decoder family: the sweep gives what a pass for every state gives.</summary>
[NoTensorLeaks]
public sealed class TraceContractTests
{
    private const double Tolerance = 1e-5;
    private const string Subject = "cat";
    private static readonly TraceFact Fact = new("A cat is", Subject);
    private static readonly NoiseLevel Level = NoiseLevel.Fixed(0.5);
    private static readonly TraceOptions Options = new() { Kinds = TraceKind.All, Window = 2, Samples = 2, Scoring = AnswerScoring.FirstToken };

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Cases);

    public static TheoryData<string, string, string> Adaptors => new(
        from editor in BuiltInEditors.All.Where(editor => editor.Info.Adapts)
        from form in AdaptorForms.Of(editor.Name)
        from name in new[] { "gpt2", "llama_gqa" }
        select (FamilyModel.Cases.First(golden => golden.Name == name).Id, editor.Name, form));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fact_is_traced_as_by_a_pass_for_every_state(string id)
    {
        using var model = FamilyModel.Load(id);
        AssertTraced(model);
    }

    [Theory]
    [MemberData(nameof(Adaptors))]
    public void A_fact_is_traced_so_with_an_adaptor_in_force_too(string id, string name, string form)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        using var means = new EditingMeans(model);
        var editor = BuiltInEditors.Find(name);
        var before = Trace(model);
        using var result = editor.Apply(
            model,
            [EditRequest.From("A cat is", editor.Info.NeedsSubject ? Subject : null, "mat")],
            TinyEdits.Context(name, means) with { Layer = 0, Settings = AdaptorForms.SettingsOf(form) });

        var trace = AssertTraced(model);

        Assert.Equal(result.Edits.Select(edit => edit.Id), trace.Edits);
        if (!AdaptorForms.IsHarderThanTrained(name))
            Assert.NotEqual(before.CleanProbability, trace.CleanProbability, Tolerance);
    }

    private static SubjectNoise Noise(LanguageModel model) =>
        SubjectNoise.Draw(Level, Options.Samples, Subject.Length, model.Shape.Width, seed: 3, twice: true);

    private static FactTrace Trace(LanguageModel model)
    {
        using var noise = Noise(model);
        return new CausalTracer(model, Level, Options).Trace(Fact, noise, TestContext.Current.CancellationToken);
    }

    private static FactTrace AssertTraced(LanguageModel model)
    {
        using var noise = Noise(model);
        var plain = new PlainTracer(model, Fact, noise, Options);

        var trace = new CausalTracer(model, Level, Options).Trace(Fact, noise, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Base().Clean, trace.CleanProbability, Tolerance);
        Assert.NotEqual(trace.CleanProbability, trace.CorruptedProbability, Tolerance);
        foreach (var kind in Options.Kinds)
        {
            var (expected, scores) = (plain.Map(kind), trace.Map(kind)!.Scores);
            Assert.All(expected, (row, token) => Assert.All(row, (score, layer) => Assert.Equal(score, scores[token][layer], Tolerance)));
        }

        return trace;
    }
}
