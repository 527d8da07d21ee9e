using System.Text;

namespace Amend.Testing;

/// <summary>Random texts over all of Unicode, with what tokenizers get wrong more often than chance would have it.</summary>
public static class RandomText
{
    private static readonly string[] Awkward =
    [
        " ", "  ", "   ", "\n", "\r\n", "\t", "\u00A0", "\u3000", "\u200B", "\u200D", "\uFEFF", "\0", "'", "'s", "'ll", "’s",
        "e\u0301", "\u0301", "👍🏽", "👨‍👩‍👧", "𠀀", "𝒳", "日本", "ß", "ﬁ", "İ", "٣", "½", "<|endoftext|>", "The", " Space", "Ġ", "Ċ",
    ];

    /// <summary>The next text, of up to forty parts.</summary>
    public static string Next(Random random)
    {
        var text = new StringBuilder();
        for (var parts = random.Next(0, 40); parts > 0; parts--)
        {
            text.Append(random.Next(5) switch
            {
                0 => Awkward[random.Next(Awkward.Length)],
                1 => ((char)random.Next(' ', 0x7F)).ToString(),
                2 => Between(random, 0x80, 0x800),
                3 => Between(random, 0x800, 0x10000),
                _ => Between(random, 0x10000, 0x110000),
            });
        }

        return text.ToString();
    }

    private static string Between(Random random, int from, int to)
    {
        int value;
        do
        {
            value = random.Next(from, to);
        }
        while (value is >= 0xD800 and < 0xE000);
        return char.ConvertFromUtf32(value);
    }
}
