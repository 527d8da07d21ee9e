using Amend.Models;
using Amend.Models.Families;

namespace Amend.Testing;

/// <summary>Models of tests, seen as what the test knows them to be.</summary>
public static class DecoderExtensions
{
    extension(LanguageModel model)
    {
        /// <summary>The model as the causal decoder that it is.</summary>
        public CausalDecoder Decoder => model.RequireDecoder("A test");
    }
}
