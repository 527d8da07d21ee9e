using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tests.Tokenizers.Text;

public sealed class ByteLevelAlphabetTests
{
    [Theory]
    [InlineData(' ', 'Ġ')]
    [InlineData('\n', 'Ċ')]
    [InlineData('a', 'a')]
    [InlineData(0, 'Ā')]
    [InlineData(0xAD, 'Ń')]
    [InlineData(0xFF, 'ÿ')]
    public void A_byte_has_the_stand_in_that_published_vocabularies_use(int value, char character)
    {
        Assert.Equal(character, ByteLevelAlphabet.Of((byte)value));
    }

    [Fact]
    public void Every_byte_has_its_own_stand_in_and_is_found_by_it()
    {
        for (var value = 0; value < 256; value++)
        {
            Assert.True(ByteLevelAlphabet.TryByteOf(ByteLevelAlphabet.All[value], out var found));
            Assert.Equal(value, found);
        }

        Assert.False(ByteLevelAlphabet.TryByteOf(' ', out _));
    }
}
