using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Families.Albert;
using Amend.Models.Families.Bart;
using Amend.Models.Families.Bert;
using Amend.Models.Families.Bloom;
using Amend.Models.Families.Cohere;
using Amend.Models.Families.Cohere2;
using Amend.Models.Families.DebertaV2;
using Amend.Models.Families.DeepseekV2;
using Amend.Models.Families.DeepseekV3;
using Amend.Models.Families.DistilBert;
using Amend.Models.Families.Electra;
using Amend.Models.Families.Exaone4;
using Amend.Models.Families.Falcon;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Gemma2;
using Amend.Models.Families.Gemma3;
using Amend.Models.Families.Gemma3Text;
using Amend.Models.Families.Glm4;
using Amend.Models.Families.Gpt2;
using Amend.Models.Families.GptBigCode;
using Amend.Models.Families.GptJ;
using Amend.Models.Families.GptNeo;
using Amend.Models.Families.GptNeoX;
using Amend.Models.Families.GptOss;
using Amend.Models.Families.Granite;
using Amend.Models.Families.GraniteMoe;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Mistral;
using Amend.Models.Families.Mixtral;
using Amend.Models.Families.ModernBert;
using Amend.Models.Families.Mpt;
using Amend.Models.Families.Nemotron;
using Amend.Models.Families.Olmo;
using Amend.Models.Families.Olmo2;
using Amend.Models.Families.Olmo3;
using Amend.Models.Families.Opt;
using Amend.Models.Families.Phi;
using Amend.Models.Families.Phi3;
using Amend.Models.Families.Qwen2;
using Amend.Models.Families.Qwen2Moe;
using Amend.Models.Families.Qwen3;
using Amend.Models.Families.Qwen3Moe;
using Amend.Models.Families.Roberta;
using Amend.Models.Families.SmolLM3;
using Amend.Models.Families.StableLm;
using Amend.Models.Families.Starcoder2;
using Amend.Models.Families.T5;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Models;

/// <summary>The model families that this build knows, one line each.</summary>
public static class BuiltInFamilies
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IModelFamily> All { get; } = new("family", family => family.ModelType,
    [
        new Gpt2Family(),
        new GptJFamily(),
        new GptNeoFamily(),
        new GptNeoXFamily(),
        new OptFamily(),
        new BloomFamily(),
        new LlamaFamily(),
        new MistralFamily(),
        new Qwen2Family(),
        new Qwen3Family(),
        new Gemma2Family(),
        new Phi3Family(),
        new GemmaFamily(),
        new Gemma3TextFamily(),
        new Gemma3Family(),
        new OlmoFamily(),
        new Olmo2Family(),
        new Olmo3Family(),
        new SmolLM3Family(),
        new GraniteFamily(),
        new Glm4Family(),
        new CohereFamily(),
        new Cohere2Family(),
        new PhiFamily(),
        new Exaone4Family(),
        new StableLmFamily(),
        new NemotronFamily(),
        new Starcoder2Family(),
        new GptBigCodeFamily(),
        new FalconFamily(),
        new MptFamily(),
        new MixtralFamily(),
        new Qwen2MoeFamily(),
        new Qwen3MoeFamily(),
        new GraniteMoeFamily(),
        new GptOssFamily(),
        new DeepseekV2Family(),
        new DeepseekV3Family(),
        new BertFamily(),
        new DistilBertFamily(),
        new RobertaFamily(),
        new ElectraFamily(),
        new AlbertFamily(),
        new DebertaV2Family(),
        new ModernBertFamily(),
        new T5Family(),
        new BartFamily(),
    ]);

    /// <summary>What each family's tokenizers do where their files say nothing, by <c>model_type</c>.</summary>
    public static IReadOnlyDictionary<string, TokenizerDefaults> TokenizerDefaults =>
        All.ToDictionary(family => family.ModelType, family => family.TokenizerDefaults);

    /// <summary>How the families' models lie in GGUF files, of those that have such files, each kind of file once.</summary>
    public static IReadOnlyList<IGgufArchitecture> GgufArchitectures =>
        [.. All.Select(family => family.Gguf).OfType<IGgufArchitecture>()
            .DistinctBy(architecture => (architecture.Name, architecture.ModelType))];

    /// <summary>The family of a <c>model_type</c>.</summary>
    /// <param name="modelType">What <c>config.json</c> says.</param>
    /// <param name="configPath">That file, for the message.</param>
    /// <exception cref="ModelFormatException">No family has the name.</exception>
    public static IModelFamily Find(string? modelType, string configPath) =>
        All.FindOrNull(modelType)
        ?? throw new ModelFormatException(
            $"'{configPath}' says model_type '{modelType}'{NearestName.Hint(modelType, All.Names)}, "
            + $"which is not a family this version knows; known: {string.Join(", ", All.Names)}.");
}
