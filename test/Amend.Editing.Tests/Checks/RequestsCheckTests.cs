using Amend.Editing.Checks;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Checks;

[NoTensorLeaks]
public sealed class RequestsCheckTests
{
    private const string Positions = "transformer.wpe.weight";
    private const string NormScale = "transformer.ln_f.weight";

    [Fact]
    public void It_tells_of_each_request_what_was_done_to_it_and_to_its_paraphrases()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        EditRequest[] requests =
        [
            new("{} is", "one", "x") { Paraphrases = ["one was", "and is"] },
            new("{} is", "two", "y") { Paraphrases = ["two is"] },
            new("{} is", "ten", "x"),
        ];
        var check = RequestsCheck.Before(model, requests);

        // A token is a character: behind six of them comes a space now, and behind seven an x.
        var embedding = model.Weights["transformer.wte.weight"].Value;
        var positions = zeros_like(model.Weights[Positions].Value);
        positions[5] = embedding[model.Tokenize(" ").Ids[0]] * 1000;
        positions[6] = embedding[model.Tokenize("x").Ids[0]] * 1000;
        var louder = zeros_like(embedding);
        foreach (var id in model.Tokenize(" x").Ids)
            louder[id] = embedding[id] * 50;
        using var said = new DenseDelta(positions);
        using var heard = new DenseDelta(louder);
        using var scale = new DenseDelta(1 - model.Weights[NormScale].Value);
        model.Applied.Apply("six", [new WeightEffect(Positions, said), new WeightEffect("transformer.wte.weight", heard), new WeightEffect(NormScale, scale)]);
        var report = check.After();
        model.Applied.RevertAll();

        Assert.Equal(["one is", "two is", "ten is"], report.Requests.Select(request => request.Prompt));
        Assert.Equal(["x", "y", "x"], report.Requests.Select(request => request.Target));
        Assert.Equal([true, false, true], report.Requests.Select(request => request.GivesTarget));
        Assert.Equal([1, 0, 0], report.Requests.Select(request => request.ParaphrasesGiven));
        Assert.Equal((0, 2, 3, 1), (report.GivenBefore, report.Given, report.Paraphrases, report.ParaphrasesGiven));
        Assert.All(report.Requests.Where(request => request.Target == "x"), request => Assert.InRange(request.ProbabilityAfter, request.ProbabilityBefore + 0.5, 1));
        Assert.Equal(0, check.After().Given);
    }
}
