using System.Text.Json.Nodes;
using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Training;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families;

/// <summary>What all families of encoders do with a configuration and a new head, on their golden classifiers.</summary>
[NoTensorLeaks]
public sealed class EncoderFamilyTests : IDisposable
{
    private static readonly ClassifierOptions Quick = new() { Steps = 240, BatchSize = 16, LearningRate = 5e-3, WarmUpSteps = 5 };

    private readonly TempFolder _folder = new();

    /// <summary>A golden classifier of each family, its architecture, and that of the family's encoder without a head.</summary>
    public static TheoryData<string, string, string> Classifiers => new()
    {
        { "bert_classification", "BertForSequenceClassification", "BertModel" },
        { "roberta_classification", "RobertaForSequenceClassification", "RobertaModel" },
        { "distilbert_classification", "DistilBertForSequenceClassification", "DistilBertModel" },
        { "electra_classification", "ElectraForSequenceClassification", "ElectraModel" },
        { "albert_classification", "AlbertForSequenceClassification", "AlbertModel" },
        { "deberta_v3_classification", "DebertaV2ForSequenceClassification", "DebertaV2Model" },
        { "deberta_v2_conv_classification", "DebertaV2ForSequenceClassification", "DebertaV2Model" },
        { "modernbert_classification", "ModernBertForSequenceClassification", "ModernBertModel" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void A_new_head_is_trained_and_written_as_a_model_that_gives_the_labels(string golden, string architecture, string bare)
    {
        Lay(golden, bare);
        var data = new ClassifierData(["REFUTES", "SUPPORTS"], Examples(64, seed: 1), Examples(40, seed: 2)) { Origin = "claims about ships" };
        var trainer = new ClassifierTrainer(data, Quick);
        TrainedClassifier trained;
        using (var model = LanguageModel.Load(_folder.File("base"), new LoadOptions { NewHead = trainer.Head }))
            trained = trainer.Train(model, _folder.File("out"), stop: TestContext.Current.CancellationToken);

        using var written = LanguageModel.Load(_folder.File("out"));

        var classifier = Assert.IsType<EncoderClassifier>(written.Transformer);
        Assert.Equal(architecture, classifier.Architecture);
        Assert.Equal(data.Labels, classifier.Labels.Names);
        Assert.True(trained.Validation!.Accuracy >= 0.9, $"{golden}: {trained.Validation.Accuracy}");
        var labels = new TextClassifier(written).Classify([.. data.Validation.Select(example => example.Text)]).Select(said => said[0].Id);
        Assert.Equal(trained.Validation.Accuracy, labels.Zip(data.Validation, (id, example) => id == example.Label ? 1.0 : 0).Average());
    }

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void A_new_head_keeps_what_the_checkpoint_has_of_it_and_begins_anew_at_the_labels(string golden, string architecture, string bare)
    {
        using var scope = NewDisposeScope();
        Lay(golden, bare);
        using var old = LanguageModel.Load(GoldenCases.At($"families/{golden}")[0].Folder);
        using var model = LanguageModel.Load(_folder.File("base"), new LoadOptions { NewHead = new NewHead(new LabelSet(["no", "yes", "maybe", "never"], AreExclusive: true), Seed: 3) });

        var head = ((EncoderClassifier)model.Transformer).Head.ParameterNames.ToList();
        var changed = head.Where(name => !old.Weights.Contains(name) || !old.Weights[name].Value.shape.SequenceEqual(model.Weights[name].Value.shape)
            || !old.Weights[name].Value.equal(model.Weights[name].Value).all().item<bool>()).ToList();

        Assert.Equal(head.TakeLast(2), changed);
        Assert.Equal(architecture, model.Transformer.Architecture);
        Assert.All(model.Weights.All, weight => Assert.True(weight.Value.isfinite().all().item<bool>(), weight.Name));
    }

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void An_encoder_without_a_head_is_refused_with_what_to_do(string golden, string architecture, string bare)
    {
        Lay(golden, bare);

        var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.File("base")));

        Assert.NotEqual(architecture, bare);
        Assert.Equal(
            $"config.json: the model is a {bare}, an encoder without a head, and answers nothing by itself; train one on it with amend train "
            + "classifier, or give an overlay with one: BASE+OVERLAY.",
            error.Message);
    }

    [Fact]
    public void With_mean_pooling_a_ModernBERT_classifies_the_mean_of_the_real_tokens_states()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Lay("modernbert_classification", null, ("classifier_pooling", "mean"));
        using var model = LanguageModel.Load(_folder.File("base"));
        var classifier = Assert.IsType<EncoderClassifier>(model.Transformer);
        var batch = TokenBatch.Pad([[7, 8, 9, 10, 11, 12], [21, 22]], padding: 0);

        var logits = classifier.Logits(batch);

        var hidden_BTD = classifier.Hidden(batch);
        var states = stack([hidden_BTD[0].mean([0]), hidden_BTD[1, ..2].mean([0])]);
        var activated = nn.functional.gelu(states.matmul(model.Weights["head.dense.weight"].Value.t()));
        var normed = nn.functional.layer_norm(activated, [32], model.Weights["head.norm.weight"].Value, null, 0.005);
        TensorAssert.Close("logits", normed.matmul(model.Weights["classifier.weight"].Value.t()) + model.Weights["classifier.bias"].Value, logits, 1e-5);
    }

    [Fact]
    public void A_discriminator_is_refused_and_can_be_given_a_head()
    {
        Lay("electra_classification", "ElectraForPreTraining");

        var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.File("base")));
        using var model = LanguageModel.Load(_folder.File("base"), new LoadOptions { NewHead = new NewHead(new LabelSet(["no", "yes"], AreExclusive: true), Seed: 1) });

        Assert.Contains("ElectraForPreTraining, an encoder with another head", error.Message, StringComparison.Ordinal);
        Assert.Equal("ElectraForSequenceClassification", model.Transformer.Architecture);
    }

    [Fact]
    public void A_published_encoder_that_does_not_say_what_it_is_can_be_given_a_head()
    {
        Lay("deberta_v3_classification", null);

        var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.File("base")));
        using var model = LanguageModel.Load(_folder.File("base"), new LoadOptions { NewHead = new NewHead(new LabelSet(["no", "yes"], AreExclusive: true), Seed: 1) });

        Assert.Contains("'architectures' should begin with one of DebertaV2ForSequenceClassification but is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal("DebertaV2ForSequenceClassification", model.Transformer.Architecture);
    }

    [Theory]
    [InlineData("modernbert_classification", "num_attention_heads", "5", "hidden_size 32 is not a multiple of num_attention_heads 5")]
    [InlineData("modernbert_classification", "num_attention_heads", "32", "heads of 1 values cannot be turned in pairs")]
    [InlineData("modernbert_classification", "local_attention", "0", "'local_attention' should be a whole number above 0 but is 0")]
    [InlineData("modernbert_classification", "classifier_pooling", "\"max\"", "classifier_pooling 'max' is not known; known: cls, mean")]
    [InlineData("modernbert_classification", "hidden_activation", "\"gelu9\"", "the activation 'gelu9'")]
    [InlineData("modernbert_classification", "layer_types", "[\"full_attention\"]", "layer_types has 1 of full_attention, where 4 of")]
    [InlineData("modernbert_classification", "rope_parameters", "{\"full_attention\":{\"rope_type\":\"spiral\"}}", "the rotary scaling 'spiral' in full_attention layers")]
    [InlineData("modernbert_classification", "norm_bias", "1", "'norm_bias' should be true or false but is 1")]
    [InlineData("albert_classification", "num_hidden_groups", "4", "num_hidden_groups 4 is more than num_hidden_layers 3")]
    [InlineData("albert_classification", "inner_group_num", "0", "'inner_group_num' should be a whole number above 0 but is 0")]
    [InlineData("albert_classification", "embedding_size", "\"wide\"", "'embedding_size' should be a whole number above 0 but is \"wide\"")]
    [InlineData("albert_classification", "position_embedding_type", "\"relative_key\"", "position_embedding_type 'relative_key' is not known")]
    [InlineData("electra_classification", "num_attention_heads", "3", "hidden_size 32 is not a multiple of num_attention_heads 3")]
    [InlineData("electra_classification", "type_vocab_size", "-1", "'type_vocab_size' should be a whole number of at least 0 but is -1")]
    [InlineData("deberta_v3_classification", "pos_att_type", "\"c2p|p2p\"", "pos_att_type has 'p2p'; known: c2p, p2c")]
    [InlineData("deberta_v3_classification", "pos_att_type", "7", "'pos_att_type' should be a list of texts but is 7")]
    [InlineData("deberta_v3_classification", "position_buckets", "1", "position_buckets 1 do not fit the longest distance of 16")]
    [InlineData("deberta_v3_classification", "max_relative_positions", "4", "position_buckets 8 do not fit the longest distance of 4")]
    [InlineData("deberta_v3_classification", "embedding_size", "16", "'embedding_size' is 16, where models of this family with 32 are computed")]
    [InlineData("deberta_v3_classification", "attention_head_size", "16", "'attention_head_size' is 16, where models of this family with 8 are computed")]
    [InlineData("deberta_v2_conv_classification", "conv_kernel_size", "4", "conv_kernel_size 4 is even")]
    [InlineData("deberta_v2_conv_classification", "conv_groups", "2", "'conv_groups' is 2, where models of this family with 1 are computed")]
    [InlineData("deberta_v2_conv_classification", "conv_act", "\"sine\"", "the activation 'sine'")]
    public void A_configuration_that_does_not_hold_together_gets_one_sentence(string golden, string key, string value, string sentence)
    {
        Lay(golden, null, (key, JsonNode.Parse(value)));

        var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.File("base")));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    private static TextExample[] Examples(int count, int seed) =>
        [.. TinyBert.Claims(count, seed).Select(claim => new TextExample(claim.Text, claim.Label))];

    /// <summary>A golden classifier's weights under another architecture, with the words of <see cref="TinyBert"/>.</summary>
    private void Lay(string golden, string? architecture, params (string Key, JsonNode? Value)[] settings)
    {
        var source = GoldenCases.At($"families/{golden}")[0];
        TinyBert.WriteBase(_folder.File("base"));
        File.Copy(source.File("model.safetensors"), _folder.File("base/model.safetensors"), overwrite: true);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(source.File("config.json")))!;
        foreach (var (key, value) in settings)
            config[key] = value;
        if (architecture is not null)
            config["architectures"] = new JsonArray(architecture);
        else if (settings.Length == 0)
            config.Remove("architectures");
        File.WriteAllText(_folder.File("base/config.json"), config.ToJsonString());
    }
}
