using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>Files in CounterFact's form: a JSON array of records (rome.baulab.info, <c>counterfact.json</c>).</summary>
public static class CounterFactFile
{
    /// <summary>Reads the records as they are asked for; unknown fields are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AmendException">The file is missing, or a record is broken: the message names file, record and field.</exception>
    public static IEnumerable<CounterFactRecord> Read(string path) => RecordFile.Read<CounterFactRecord>(path, Check);

    /// <summary>Writes the records, one a line; the same records give the same bytes.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, IEnumerable<CounterFactRecord> records) => RecordFile.Write(path, records);

    private static void Check(CounterFactRecord record)
    {
        try
        {
            record.ToRequest().Validated();
        }
        catch (AmendException e)
        {
            throw new AmendException($"field requested_rewrite: {e.Message}", e);
        }

        if (string.IsNullOrWhiteSpace(record.RequestedRewrite.TargetTrue.Str))
            throw new AmendException("field requested_rewrite.target_true.str is empty; give the object that is true.");
    }
}
