using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class TargetBatchTests
{
    private const double Tolerance = 1e-5;
    private const string Classifier = "families/roberta_classification";
    private const string Answering = "families/t5_v11_gated";
    private static readonly (string Prompt, string Target)[] Texts = [("the cat sat", "on the mat"), ("a dog", "ran"), ("the cat sat", "down")];
    private static readonly (string Prompt, string Target)[] Labels = [("the cat sat", "LABEL_2"), ("a dog", "label_0"), ("so", " 1 ")];

    public static TheoryData<string> Kinds => ["gpt2", Answering, Classifier];

    [Fact]
    public void A_decoders_loss_and_scores_are_those_of_its_targets_scored_alone()
    {
        using var model = Load("gpt2");
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, Texts);

        var alone = Texts.Select(pair => new TargetScorer(model).Answers([pair])[0]).ToArray();

        Assert.Equal(alone.Average(answer => answer.Score.MeanNll), batch.Loss().item<float>(), Tolerance);
        Assert.Equal(alone.Select(answer => answer.LikeliestIds), batch.Score().Select(answer => answer.LikeliestIds));
        Assert.Equal(alone.Select(answer => answer.TargetIds), batch.Targets);
    }

    [Fact]
    public void An_encoder_decoders_loss_is_the_cross_entropy_of_what_it_should_write_padding_left_out()
    {
        using var model = Load(Answering);
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, Texts);
        var transformer = (EncoderDecoder)model.Transformer;

        var expected = Texts.Average(pair =>
        {
            var target = model.Tokenize(pair.Target).Ids;
            int[] output = [transformer.Marks.Start, .. target.SkipLast(1)];
            var logits = transformer.Logits(TokenBatch.Pad([model.Tokenize(pair.Prompt).Ids], padding: 0), TokenBatch.Pad([output], padding: 0))[0];
            return nn.functional.cross_entropy(logits, tensor(target.Select(id => (long)id).ToArray())).item<float>();
        });

        Assert.Equal(expected, batch.Loss().item<float>(), Tolerance);
    }

    [Fact]
    public void A_classifiers_loss_is_the_cross_entropy_of_labels_by_name_in_any_case_or_by_id()
    {
        using var model = Load(Classifier);
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, Labels);
        var classified = new TextClassifier(model).Classify([.. Labels.Select(pair => pair.Prompt)]);

        int[] labels = [2, 0, 1];
        Assert.Equal(labels, batch.Targets.Select(Assert.Single));
        var expected = labels.Select((id, i) => -Math.Log(classified[i].Single(label => label.Id == id).Probability)).Average();
        Assert.Equal(expected, batch.Loss().item<float>(), Tolerance);
        Assert.Equal(classified.Select(of => of[0].Label), batch.Answers().Select(answer => answer.Text));
    }

    [Fact]
    public void A_classifiers_answers_have_the_logits_of_all_labels_and_those_of_a_model_that_writes_have_none()
    {
        using var model = Load(Classifier);
        using var decoder = TinyModels.Gpt2();
        using var batch = TargetBatch.Create(model, Labels);
        using var written = TargetBatch.Create(decoder, [("ab", "cd")]);

        Assert.All(batch.Score().Zip(Labels), pair =>
        {
            var (answer, classified) = (pair.First, model.Classify(pair.Second.Prompt));
            var whole = answer.LabelLogits!.Sum(logit => Math.Exp(logit));
            Assert.All(classified, label => Assert.Equal(label.Probability, Math.Exp(answer.LabelLogits![label.Id]) / whole, Tolerance));
            Assert.Equal(classified[0].Id, answer.Label);
        });
        Assert.All(written.Score(), answer => Assert.Null(answer.Label));
    }

    [Fact]
    public void A_label_that_excludes_no_other_is_true_or_not_by_itself()
    {
        using var model = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, [("the cat", "0")]);

        Assert.Equal(Assert.Single(model.Classify("the cat")).Probability, batch.LogProbabilities().exp().item<float>(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_loss_is_the_mean_or_a_weighted_sum_of_the_pairs_and_has_gradients(string kind)
    {
        using var model = Load(kind);
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, PairsOf(kind));
        var scores = batch.Score();

        Assert.Equal(scores.Average(answer => answer.Score.MeanNll), batch.Loss().item<float>(), Tolerance);
        Assert.Equal(scores[0].Score.MeanNll + (0.5 * scores[2].Score.MeanNll), batch.Loss([1, 0, 0.5]).item<float>(), Tolerance);
        Assert.Equal(scores.Select(answer => (float)answer.Score.LogProbability), batch.LogProbabilities().data<float>().ToArray(), (a, b) => Math.Abs(a - b) < Tolerance * 10);
        Assert.Throws<ArgumentException>(() => batch.Loss([1]));
        var weight = model.Transformer.DownProjection(model.Transformer.Stacks[^1], 0).Value.requires_grad_();
        Assert.InRange(autograd.grad([batch.Loss()], [weight])[0].norm().item<float>(), 1e-6, float.MaxValue);
        weight.requires_grad_(false);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_the_model_says_is_the_target_where_it_is_the_likeliest_answer(string kind)
    {
        using var model = Load(kind);
        using var batch = TargetBatch.Create(model, PairsOf(kind));

        Assert.Equal(batch.Score().Select(answer => answer.Score.IsGreedy), batch.Answers().Select(answer => answer.IsTarget));
        Assert.Equal(PairsOf(kind).Select((pair, i) => Said(model, pair.Prompt, batch.Targets[i].Count)), batch.Answers().Select(answer => answer.Text));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_target_is_predicted_at_a_real_token_of_the_output(string kind)
    {
        using var model = Load(kind);
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, PairsOf(kind));

        Assert.True(batch.Mask.index(TensorIndex.Tensor(batch.Rows), TensorIndex.Tensor(batch.Places)).all().item<bool>());
        Assert.Equal(batch.Targets.Sum(target => target.Count), batch.Rows.shape[0]);
    }

    [Fact]
    public void Targets_at_the_prompts_end_are_all_read_at_its_last_token()
    {
        using var model = Load("gpt2");
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, [Texts[0]], TargetReading.PromptEnd);
        var next = nn.functional.log_softmax(model.NextLogits(TokenBatch.Pad([model.Tokenize(Texts[0].Prompt).Ids], padding: 0)), -1)[0];

        Assert.Equal(batch.Targets[0].Average(id => -next[id].item<float>()), batch.Loss().item<float>(), Tolerance);
    }

    [Fact]
    public void A_target_of_one_token_has_the_same_loss_wherever_it_is_read()
    {
        using var model = TinyModels.Golden("models/gpt2_tiny", new NumberedWords());
        using var scope = NewDisposeScope();
        using var following = TargetBatch.Create(model, [("the cat sat", "down"), ("so", "it")]);
        using var atEnd = TargetBatch.Create(model, [("the cat sat", "down"), ("so", "it")], TargetReading.PromptEnd);

        Assert.Equal(following.Loss().item<float>(), atEnd.Loss().item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_pair_beyond_the_context_is_refused(string kind)
    {
        using var model = Load(kind);
        (string, string)[] pairs = [.. PairsOf(kind), (string.Join(' ', Enumerable.Repeat("so", 600)), PairsOf(kind)[0].Target)];

        var failure = Assert.Throws<AmendException>(() => TargetBatch.Create(model, pairs));

        Assert.Contains($"whose context holds {model.Shape.ContextLength}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Classifier, "so", "maybe", TargetReading.Following, "'roberta_classification' has no label 'maybe'; give one of LABEL_0, LABEL_1, LABEL_2, or its number from 0.")]
    [InlineData(Classifier, "so", "0", TargetReading.PromptEnd, "The reading of targets at the prompt's end needs a causal decoder; 'roberta_classification' is RobertaForSequenceClassification.")]
    [InlineData("families/bert_mlm", "so", "it", TargetReading.Following, "The scoring of targets needs a causal decoder, an encoder-decoder or a classifier; 'bert_mlm' is BertForMaskedLM.")]
    [InlineData("gpt2", "so", " ", TargetReading.Following, "The target after 'so' is empty; give at least one word.")]
    public void What_has_no_target_is_refused_in_one_sentence(string kind, string prompt, string target, TargetReading reading, string sentence)
    {
        using var model = Load(kind);

        Assert.Equal(sentence, Assert.Throws<AmendException>(() => TargetBatch.Create(model, [(prompt, target)], reading)).Message);
    }

    [Fact]
    public void A_decoders_pass_is_told_where_its_prompts_end()
    {
        using var model = Load("gpt2");
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, Texts);
        var (told, weight) = (new ToldEnds(), model.Transformer.DownProjection(0).Name);

        model.Transformer.Taps.SetAdaptor(weight, told);
        batch.Loss();
        model.Transformer.Taps.SetAdaptor(weight, null);

        Assert.Equal(Texts.Select(pair => model.Tokenize(pair.Prompt).Ids.Count - 1L), told.Ends);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Passes_that_go_on_from_a_block_of_any_stack_give_what_whole_passes_give_with_the_layers_below_computed_once(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Load(kind);
        foreach (var stack in model.Transformer.Stacks)
        {
            using var batch = TargetBatch.Create(model, PairsOf(kind));
            var whole = batch.LogProbabilities();
            batch.GoOnFrom(stack, 1);
            var below = 0;
            using var trace = model.Trace();
            trace.Replace(Site.BlockOut(0).In(stack), value =>
            {
                below++;
                return value;
            });

            TensorAssert.Equal($"{stack}", whole, batch.LogProbabilities());
            Assert.Equal(0, below);
            Assert.Throws<ArgumentOutOfRangeException>(() => batch.GoOnFrom(stack, 9));
        }
    }

    private static string Said(LanguageModel model, string prompt, int tokens) => model.Transformer is EncoderClassifier
        ? model.Classify(prompt)[0].Label
        : model.Complete(prompt, new GenerationOptions { MaxNewTokens = tokens }).Trim();

    private static (string Prompt, string Target)[] PairsOf(string kind) => kind == Classifier ? Labels : Texts;

    private static LanguageModel Load(string kind) => kind == "gpt2"
        ? TinyModels.Gpt2(layers: 2)
        : TinyModels.Golden(kind, new NumberedWords());

    private sealed class ToldEnds : IAdaptor
    {
        public IReadOnlyList<long> Ends { get; private set; } = [];

        public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
        {
            Ends = [.. pass!.PromptEnds!.to(int64).argmax(1).data<long>()];
            return output;
        }
    }
}
