using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// Where the tokens of a pass stand to the ends of their prompts, so that an adaptor knows for each token which prompt it belongs to. In a
/// row with one end the tokens before it are the prompt's and those after it follow the prompt; in a row of several prompts, as
/// prefix trees have them, the pass's mask tells which token is on the way to which end.
/// </summary>
public sealed class PromptPlaces
{
    private readonly int[] _endOf;
    private readonly PromptSide[] _sideOf;

    private PromptPlaces(IReadOnlyList<PromptEnd> ends, int tokens, int[] endOf, PromptSide[] sideOf) =>
        (Ends, Tokens, _endOf, _sideOf) = (ends, tokens, endOf, sideOf);

    /// <summary>The ends of the pass's prompts, those of earlier passes that it continues included.</summary>
    public IReadOnlyList<PromptEnd> Ends { get; }

    /// <summary>The number of present tokens of a row, T.</summary>
    public int Tokens { get; }

    /// <summary>Reads the places of a pass.</summary>
    /// <param name="pass">A pass that says where its prompts end.</param>
    /// <exception cref="InvalidOperationException">The pass does not say where its prompts end.</exception>
    public static PromptPlaces Of(AttentionScope pass)
    {
        using var scope = NewDisposeScope();
        var isEnd_BS = pass.PromptEnds ?? throw new InvalidOperationException(
            "The places of prompts were asked of a pass that does not say where its prompts end; tell it with EndingAt.");
        var (rows, all, tokens) = ((int)isEnd_BS.shape[0], (int)isEnd_BS.shape[1], (int)pass.Positions.shape[1]);
        var isEnd = isEnd_BS.cpu().contiguous().data<bool>().ToArray();
        var ends = (from at in Enumerable.Range(0, isEnd.Length)
                    where isEnd[at]
                    select new PromptEnd(at / all, (at % all) - (all - tokens))).ToList();
        var (endOf, sideOf) = (new int[rows * tokens], new PromptSide[rows * tokens]);
        Array.Fill(endOf, -1);
        bool[]? sees = null;
        foreach (var ofRow in ends.Index().GroupBy(end => end.Item.Row))
        {
            if (ofRow.ToList() is [var only])
            {
                for (var token = 0; token < tokens; token++)
                    Put(ofRow.Key, token, only.Index, Math.Sign(token - only.Item.Token));
                continue;
            }

            sees ??= pass.Visible(0).expand(rows, 1, tokens, all).cpu().contiguous().data<bool>().ToArray();
            foreach (var (number, end) in ofRow)
            {
                for (var token = 0; token < tokens; token++)
                {
                    if (token == end.Token || Sees(ofRow.Key, token, end.Token))
                        Put(ofRow.Key, token, number, token == end.Token ? 0 : 1);
                    else if (Sees(ofRow.Key, end.Token, token))
                        Put(ofRow.Key, token, number, -1);
                }
            }
        }

        return new PromptPlaces(ends, tokens, endOf, sideOf);

        bool Sees(int row, int from, int to) => from >= 0 && sees![(((row * tokens) + from) * all) + to + all - tokens];

        void Put(int row, int token, int end, int side)
        {
            endOf[(row * tokens) + token] = end;
            sideOf[(row * tokens) + token] = side switch { < 0 => PromptSide.Before, 0 => PromptSide.End, _ => PromptSide.Behind };
        }
    }

    /// <summary>The number of a token's prompt among <see cref="Ends"/>, -1 where it belongs to none.</summary>
    /// <param name="at">The token's place among all rows' present tokens, row · T + token.</param>
    public int EndOf(int at) => _endOf[at];

    /// <summary>Where a token stands to its prompt's end.</summary>
    /// <param name="at">The token's place among all rows' present tokens, row · T + token.</param>
    public PromptSide SideOf(int at) => _sideOf[at];
}

/// <summary>The end of a prompt.</summary>
/// <param name="Row">The row.</param>
/// <param name="Token">The place among the present tokens; below 0 where it was in an earlier pass, which this one continues.</param>
public readonly record struct PromptEnd(int Row, int Token)
{
    /// <summary>Whether the pass computes it, rather than an earlier one.</summary>
    public bool IsPresent => Token >= 0;
}

/// <summary>Where a token stands to the end of its prompt.</summary>
public enum PromptSide
{
    /// <summary>It belongs to no prompt.</summary>
    None,

    /// <summary>It is in the prompt, before its last token.</summary>
    Before,

    /// <summary>It is the prompt's last token.</summary>
    End,

    /// <summary>It follows the prompt.</summary>
    Behind,
}
