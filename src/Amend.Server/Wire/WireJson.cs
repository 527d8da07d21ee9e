using System.Text.Json;
using Amend.Evaluation.Reports.Json;

namespace Amend.Server.Wire;

/// <summary>How results are written on the wire: as the command line's <c>--json</c> writes them, on one line.</summary>
public static class WireJson
{
    private const int Deepest = 32;

    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions());

    /// <summary>Makes options the wire's.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        var usual = ReportJson.Options;
        options.PropertyNamingPolicy = usual.PropertyNamingPolicy;
        options.PropertyNameCaseInsensitive = false;
        options.DefaultIgnoreCondition = usual.DefaultIgnoreCondition;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        // Relaxed escaping leaves < and > as they are; answers are never read as HTML, which their type and nosniff say.
        options.Encoder = usual.Encoder;
        options.MaxDepth = Deepest;
        options.Converters.Clear();
        foreach (var converter in usual.Converters)
            options.Converters.Add(converter);
        return options;
    }
}
