using System.Reflection;
using TorchSharp;
using Xunit.v3;

namespace Amend.Atlas.Tests;

/// <summary>Fails a test that leaves tensors alive on its thread.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoTensorLeaksAttribute : BeforeAfterTestAttribute
{
    private static readonly ThreadLocal<bool> Watching = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        Watching.Value = true;
        DisposeScopeManager.Statistics.Reset();
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        Assert.True(Watching.Value, "The test ended on another thread than it began, so its tensors cannot be counted.");
        Watching.Value = false;
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
