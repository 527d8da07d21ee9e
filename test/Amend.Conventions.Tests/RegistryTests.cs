using System.Reflection;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tracing;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

/// <summary>What is written is registered, in one line: verbs, metrics, protocols, post-processors and kinds of traces.</summary>
public sealed class RegistryTests
{
    [Theory]
    [InlineData("src/Amend.Cli", "ICliCommand")]
    [InlineData("src/Amend.Editing/PostProcessing", "PostProcessor")]
    public void Every_class_of_a_kind_is_made_in_one_line(string folder, string kind)
    {
        var files = SourceTree.Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)).ToList();
        var classes = files.SelectMany(file => file.All<ClassDeclarationSyntax>()).ToList();
        var bases = classes.Where(type => IsAbstract(type) && Parents(type).Contains(kind)).Select(type => type.Identifier.Text).Append(kind).ToList();
        var written = classes.Where(type => !IsAbstract(type) && Parents(type).Intersect(bases).Any()).Select(type => type.Identifier.Text);

        var made = files.SelectMany(file => file.All<ObjectCreationExpressionSyntax>()).Select(created => created.Type.ToString()).Where(written.Contains);

        Assert.NotEmpty(written);
        Assert.Equal(written.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metric_is_built_in()
    {
        var written = typeof(IMetric).Assembly.GetTypes().SelectMany(Members<IMetric>).Select(metric => metric.Info.Id);

        Assert.Equal(written.Order(StringComparer.Ordinal), BuiltInMetrics.All.Select(metric => metric.Info.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_of_trace_is_known() =>
        Assert.Equal(Members<TraceKind>(typeof(TraceKind)).Select(kind => kind.Name).Order(), TraceKind.All.Select(kind => kind.Name).Order());

    [Fact]
    public void What_is_registered_is_found_by_its_name()
    {
        Assert.All(BuiltInMetrics.All, metric => Assert.Same(metric, BuiltInMetrics.Find(metric.Info.Id)));
        Assert.All(BuiltInProtocols.All, protocol => Assert.Same(protocol, BuiltInProtocols.Find(protocol.Name)));
        Assert.All(TraceKind.All, kind => Assert.Same(kind, TraceKind.Find(kind.Name)));
    }

    private static bool IsAbstract(ClassDeclarationSyntax type) => type.Modifiers.Any(modifier => modifier.Text == "abstract");

    /// <summary>The names of what a class derives from, without type arguments.</summary>
    private static IEnumerable<string> Parents(ClassDeclarationSyntax type) => (type.BaseList?.Types ?? [])
        .Select(parent => parent.Type is GenericNameSyntax generic ? generic.Identifier.Text : parent.Type.ToString());

    private static IEnumerable<T> Members<T>(Type type) => type.ContainsGenericParameters
        ? []
        : type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => typeof(T).IsAssignableFrom(property.PropertyType)).Select(property => (T)property.GetValue(null)!);
}
