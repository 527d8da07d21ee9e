using Amend.Models.Taps;

namespace Amend.Models.Tests.Taps;

public sealed class SiteTests
{
    [Fact]
    public void A_site_is_the_decoders_unless_it_is_said_to_be_in_the_encoder()
    {
        Assert.Equal(new Site(SiteKind.MlpKey, 2, Stack.Decoder), Site.MlpKey(2));
        Assert.NotEqual(Site.MlpKey(2), Site.MlpKey(2).In(Stack.Encoder));
        Assert.Equal(Site.MlpKey(2), Site.MlpKey(2).In(Stack.Encoder).In(Stack.Decoder));
    }

    [Fact]
    public void Its_name_says_where_it_is()
    {
        Assert.Equal("MlpKey(2)", Site.MlpKey(2).ToString());
        Assert.Equal("CrossAttentionOut(0)", Site.CrossAttentionOut(0).ToString());
        Assert.Equal("Encoder Embedding", Site.Embedding.In(Stack.Encoder).ToString());
    }
}
