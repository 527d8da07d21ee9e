using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>A SentencePiece model (Kudo and Richardson 2018): <c>tokenizer.model</c>, <c>spiece.model</c> or <c>spm.model</c>.</summary>
public sealed class SentencePieceFormat : ITokenizerFormat
{
    private static readonly string[] Names = ["tokenizer.model", "spiece.model", "spm.model"];

    /// <inheritdoc/>
    public string Files => string.Join(" or ", Names);

    /// <inheritdoc/>
    public bool IsIn(string folder) => PathIn(folder) is not null;

    /// <inheritdoc/>
    public ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        var path = PathIn(folder)
            ?? throw new ModelFormatException($"'{folder}' has no {Files}; give the folder of a SentencePiece model.");
        return Explaining(path, () => Create(Read(path), TokenizerSettings.Read(folder, families), findsSpecialTokens));
    }

    /// <summary>The pieces of a folder's SentencePiece model; null where it has none.</summary>
    /// <exception cref="ModelFormatException">The file is broken.</exception>
    internal static SentencePieceFile? ReadOrNull(string folder) =>
        PathIn(folder) is { } path ? Explaining(path, () => Read(path)) : null;

    private static SentencePieceFile Read(string path) => SentencePieceFile.Read(ModelFile.ReadAllBytes(path));

    private static T Explaining<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"'{path}' cannot be read as a SentencePiece model ({e.Message}); "
                + "download the tokenizer's files again.", e);
        }
    }

    internal static PipelineTokenizer Create(SentencePieceFile file, TokenizerSettings settings, bool findsSpecialTokens)
    {
        var defaults = settings.Defaults(family => family.SentencePiece) ?? new SentencePieceDefaults();
        var added = AddedTokens(file, settings);
        var (begin, end) = (IdOf("bos_token", defaults.BeginOfText, file.Begin), IdOf("eos_token", defaults.EndOfText, file.End));
        var userDefined = new PieceTrie();
        foreach (var (id, piece) in file.Pieces.Index().Where(entry => entry.Item.Kind == PieceKind.UserDefined))
            userDefined.Add(piece.Text, id);
        var spaces = new SentencePieceSpaces(file.Prefixes, file.RemovesExtraSpaces, file.WritesMarks, file.PrefixIsSuffix,
            settings.Flag("legacy") ?? true);
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = file.Pieces.Index().ToDictionary(entry => entry.Index, entry => entry.Item.Text),
            Model = file.IsBytePairEncoding
                ? new ScoredBpeModel(file.Pieces, file.Unknown, file.ByteFallback)
                : new UnigramModel(file.Pieces, file.Unknown, file.ByteFallback, inSingle: true),
            Normalizer = new NormalizerSequence(
            [
                .. Simplifying(defaults, settings),
                new SentencePieceNormalizer(CharacterMap.Read(file.CharacterMap), userDefined, spaces),
            ]),
            Decoder = new SentencePieceDecoder(file.Pieces[file.Unknown].Text, file.UnknownSurface, file.Prefixes, file.RemovesExtraSpaces),
            AddedTokens = added,
            FindsSpecialTokens = findsSpecialTokens,
            Template = new SequenceTemplate(
                (settings.Flag("add_bos_token") ?? defaults.Begins) && begin is { } first ? [first] : [],
                (settings.Flag("add_eos_token") ?? defaults.Ends) && end is { } last ? [last] : []),
            EndOfText = end ?? file.Pieces.Count - 1,
            BeginOfText = begin,
        });

        int? IdOf(string key, string? usual, int own) =>
            (settings.Token(key) ?? usual) is { } named && added.FirstOrDefault(token => token.Content == named) is { } token ? token.Id
            : own >= 0 && own < file.Pieces.Count && file.Pieces[own].Kind == PieceKind.Control ? own
            : null;
    }

    /// <summary>The control pieces, the tokens that the files beside the model add, and the family's sentinels.</summary>
    private static List<AddedToken> AddedTokens(SentencePieceFile file, TokenizerSettings settings)
    {
        var added = settings.AddedTokens.ToList();
        var known = added.Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        var own = settings.Defaults(family => family.SentencePiece);
        string?[] around = [own?.BeginOfText, own?.EndOfText];
        added.AddRange(file.Pieces.Index()
            .Where(entry => (entry.Item.Kind == PieceKind.Control || around.Contains(entry.Item.Text)) && known.Add(entry.Item.Text))
            .Select(entry => new AddedToken(entry.Item.Text, entry.Index) { IsSpecial = true, StripsLeft = entry.Item.Text == own?.Mask }));
        var defaults = settings.Class.Length == 0
            ? settings.Defaults(family => family.SentencePiece)
            : settings.DefaultsOfClass(family => family.SentencePiece);
        var sentinels = settings.Number("extra_ids") ?? defaults?.Sentinels ?? 0;
        added.AddRange(Enumerable.Range(0, sentinels).Where(n => known.Add($"<extra_id_{n}>"))
            .Select(n => new AddedToken($"<extra_id_{n}>", file.Pieces.Count + sentinels - 1 - n)
                { IsSpecial = true, StripsLeft = true, StripsRight = true }));
        return added;
    }

    /// <summary>What is done with a text before the model's own rules, see <see cref="SentencePieceDefaults.Simplifies"/>.</summary>
    private static IEnumerable<INormalizer> Simplifying(SentencePieceDefaults defaults, TokenizerSettings settings)
    {
        if (!defaults.Simplifies)
            yield break;
        foreach (var quotes in new[] { "``", "''" })
            yield return new ReplaceNormalizer(CodePointPattern.Literal(quotes), "\"");
        if (settings.Flag("keep_accents") != true)
        {
            yield return new UnicodeFormNormalizer(compatibility: true, composes: false);
            yield return new CharacterFilter(rune => !CodePoints.IsMark(rune));
        }

        if (settings.Flag("do_lower_case") != false)
            yield return new LowercaseNormalizer();
    }

    private static string? PathIn(string folder) => Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
