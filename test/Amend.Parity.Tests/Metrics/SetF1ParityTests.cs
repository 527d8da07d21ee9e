using System.Text.Json;
using Amend.Evaluation.Metrics;

namespace Amend.Parity.Tests.Metrics;

/// <summary>F1 over ids and the error test are those of <c>metrics.py</c> in Thartvigsen/GRACE.</summary>
[Trait("kind", "parity")]
public sealed class SetF1ParityTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<string> Cases => MetricGolden.Named("grace_f1");

    [Theory]
    [MemberData(nameof(Cases))]
    public void F1_and_errors_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var padding = golden.GetProperty("pad_token_id").GetInt32();

        Assert.All(golden.Items("cases"), one =>
        {
            var (generated, label) = (one.Integers("generated"), one.Integers("labels"));
            var error = one.GetProperty("is_qa_error");
            Assert.Equal(one.GetProperty("f1").GetDouble(), SetF1.AsReleased(generated, label, padding), Tolerance);
            Assert.Equal(error.ValueKind == JsonValueKind.Null ? null : error.GetBoolean(), SetF1.IsErrorAsReleased(generated, label));
        });
    }
}
