using System.Text.Json;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>
/// What a model without edits answers, asked once and then remembered in a file, so that no prompt is run twice: neither for a
/// second editor, nor in a second run, nor for a neighbor that several cases share. The file is named by the model's hash, its
/// device, and how it is asked.
/// </summary>
public sealed class UneditedAnswers : IModelAnswers, IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS target (prompt TEXT, target TEXT, said TEXT NOT NULL, PRIMARY KEY (prompt, target)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS greedy (prompt TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS chat (prompt TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS written (openings TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS perplexity (value REAL NOT NULL);
        CREATE TABLE IF NOT EXISTS probe (value REAL NOT NULL);
        """;

    /// <summary>Tells answers of classifiers from those that earlier builds remembered, which have no logits.</summary>
    private const string LogitsToo = "with logits";

    /// <summary>The same for encoder-decoders, whose answers had no end.</summary>
    private const string EndToo = "with the end";

    private readonly IModelAnswers _live;
    private readonly Sqlite _file;

    private UneditedAnswers(IModelAnswers live, Sqlite file)
    {
        _live = live;
        _file = file;
    }

    /// <summary>Opens the answers of a model without edits.</summary>
    /// <param name="folder">The folder of the file; null to remember them for this object's life only.</param>
    /// <param name="model">The model, without edits while it is asked.</param>
    /// <param name="live">Asks the model.</param>
    /// <param name="options">How it is asked.</param>
    /// <exception cref="Tensors.AmendException">The folder or file cannot be used.</exception>
    public static UneditedAnswers Open(string? folder, LanguageModel model, IModelAnswers live, AskingOptions options)
    {
        if (folder is null)
            return new UneditedAnswers(live, new Sqlite(":memory:", Tables));
        Directory.CreateDirectory(folder);
        return new UneditedAnswers(live, new Sqlite(Path.Combine(folder, $"{Key(model, options)}.db"), Tables));
    }

    /// <inheritdoc/>
    public IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        var known = new Dictionary<(string, string), TargetAnswer>();
        var missing = new List<(string Prompt, string Target)>();
        foreach (var pair in pairs.Distinct())
        {
            if (_file.Query("SELECT said FROM target WHERE prompt = $1 AND target = $2", row => row.GetString(0), pair.Prompt, pair.Target)
                is [var said])
                known.Add(pair, AnswerJson.ReadTarget(said));
            else
                missing.Add(pair);
        }

        Remember(missing, missing.Count > 0 ? _live.Targets(missing) : [], (pair, answer) =>
        {
            known.Add(pair, answer);
            _file.Execute("INSERT OR IGNORE INTO target VALUES ($1, $2, $3)", pair.Prompt, pair.Target, AnswerJson.Of(answer));
        });
        return [.. pairs.Select(pair => known[pair])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts) => Generated("greedy", prompts, _live.Greedy);

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts) => Generated("chat", prompts, _live.InChat);

    /// <inheritdoc/>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings)
    {
        var key = JsonSerializer.Serialize(openings);
        if (_file.Query("SELECT said FROM written WHERE openings = $1", row => row.GetString(0), key) is [var said])
            return JsonSerializer.Deserialize<string[]>(said)!;
        var texts = _live.Texts(openings);
        _file.Execute("INSERT OR IGNORE INTO written VALUES ($1, $2)", key, JsonSerializer.Serialize(texts));
        return texts;
    }

    /// <inheritdoc/>
    public double? FixedTextPerplexity() => Figure("perplexity", _live.FixedTextPerplexity);

    /// <inheritdoc/>
    public double? ProbeShare() => Figure("probe", _live.ProbeShare);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private double? Figure(string table, Func<double?> ask)
    {
        if (_file.Query($"SELECT value FROM {table}", row => row.GetDouble(0)) is [var value, ..])
            return value;
        var found = ask();
        if (found is not null)
            _file.Execute($"INSERT INTO {table} VALUES ($1)", found);
        return found;
    }

    private IReadOnlyList<GeneratedAnswer> Generated(
        string table, IReadOnlyList<string> prompts, Func<IReadOnlyList<string>, IReadOnlyList<GeneratedAnswer>> ask)
    {
        var known = new Dictionary<string, GeneratedAnswer>();
        var missing = new List<string>();
        foreach (var prompt in prompts.Distinct())
        {
            if (_file.Query($"SELECT said FROM {table} WHERE prompt = $1", row => row.GetString(0), prompt) is [var said])
                known.Add(prompt, AnswerJson.ReadGreedy(said));
            else
                missing.Add(prompt);
        }

        IReadOnlyList<GeneratedAnswer> answers = missing.Count > 0 ? ask(missing) : [];
        if (answers.Count < missing.Count)
            return [];
        Remember(missing, answers, (prompt, answer) =>
        {
            known.Add(prompt, answer);
            _file.Execute($"INSERT OR IGNORE INTO {table} VALUES ($1, $2)", prompt, AnswerJson.Of(answer));
        });
        return [.. prompts.Select(prompt => known[prompt])];
    }

    private void Remember<TQuestion, TAnswer>(List<TQuestion> questions, IReadOnlyList<TAnswer> answers, Action<TQuestion, TAnswer> keep) =>
        _file.Together(() =>
        {
            for (var i = 0; i < questions.Count; i++)
                keep(questions[i], answers[i]);
        });

    private static string Key(LanguageModel model, AskingOptions options)
    {
        // The batch size changes figures by rounding only, but the same bytes are wanted of two runs that ask the same.
        var asked = JsonSerializer.Serialize(new { options, model.BaseHash, Device = model.Device.ToString() });
        if (model.Transformer is EncoderClassifier)
            asked += LogitsToo;
        if (model.Transformer is EncoderDecoder)
            asked += EndToo;
        return ContentHash.Of(asked)[..24];
    }
}
