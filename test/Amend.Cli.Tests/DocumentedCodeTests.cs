using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Amend.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Amend.Cli.Tests;

/// <summary>The C# of the documents is compiled against the assemblies, and that of the README runs, on the embedded model.</summary>
public sealed partial class DocumentedCodeTests
{
    /// <summary>Guides to extending Amend write code of its libraries, so the compiled code is called as what may see inside.</summary>
    private const string SeesInside = "Amend.Reports";

    /// <summary>What the reader has, in the words of the documents.</summary>
    private const string Before = """
        using System;
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Amend.Editing;
        using Amend.Editing.Checks;
        using Amend.Editing.Editors;
        using Amend.Editing.Editors.Rome;
        using Amend.Editing.Governance;
        using Amend.Editing.Sessions;
        using Amend.Editing.Stores;
        using Amend.Evaluation.Cases;
        using Amend.Evaluation.Datasets;
        using Amend.Evaluation.Datasets.Records;
        using Amend.Models;
        using Amend.Models.Chat;
        using Amend.Tensors;
        using Amend.Tensors.Native;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;

        public static class Documented
        {
            public static #RUN#
            {
                #CODE#
                return null;
            }

            private static Tensor weight, delta, x, a, b, _kept;
            private static nn.Module<Tensor, Tensor> module;
            private static LanguageModel model;
            private static ChatTemplate template;
            private static IEditor editor;
            private static IReadOnlyList<EditRequest> requests;
            private static EditContext context;
            private static string question, fixedText, path, prompt;
            private static DatasetOptions options;
            private static EditCase Parse(RecordFields record) => throw new NotImplementedException();
        }
        """;

    /// <summary>Documents whose blocks set statements that are wrong and right beside each other: each line stands alone.</summary>
    private static readonly string[] LineByLine = ["docs/footguns.md"];

    public static TheoryData<string, string> Blocks => [.. Found().Select(block => (block.Document, block.Code))];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_code_of_a_document_compiles(string document, string code)
    {
        foreach (var part in LineByLine.Contains(document) ? code.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [code])
        {
            using var assembly = new MemoryStream();
            var problems = Compiled(part).Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
                .Where(problem => problem.Severity == DiagnosticSeverity.Error);

            Assert.True(!problems.Any(), $"{document}:\n{part}\n\n{string.Join('\n', problems)}");
        }
    }

    [Fact]
    public void The_code_of_the_README_edits_the_embedded_model_and_takes_it_back()
    {
        var code = Found().Single(block => block.Document == "README.md").Code
            .Replace("\"models/atlas-gpt\"", $"\"{Path.Combine(ModelLocator.EmbeddedFolder, "atlas-gpt")}\"", StringComparison.Ordinal);
        using var assembly = new MemoryStream();
        Compiled("var written = new List<string>();\n" + code.Replace("Console.WriteLine", "written.Add", StringComparison.Ordinal) + "\nwritten.Add(model.Complete(\"LeBron James plays the sport of\"));\nreturn written;")
            .Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        var context = new AssemblyLoadContext("documented", isCollectible: true);
        context.Resolving += (_, name) => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == name.Name);

        assembly.Position = 0;
        var written = (List<string>)context.LoadFromStream(assembly).GetType("Documented")!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [])!;

        Assert.StartsWith(" football", written[0], StringComparison.Ordinal);
        Assert.StartsWith(" basketball", written[1], StringComparison.Ordinal);
        context.Unload();
    }

    private static CSharpCompilation Compiled(string code)
    {
        var usings = string.Concat(Using().Matches(code).Select(match => match.Value + "\n"));
        code = Using().Replace(code, "");
        var statement = Comment().Replace(code, "").TrimEnd();
        var ended = statement.Length == 0 || statement[^1] is ';' or '}' ? code : $"_ = {statement};";
        var run = code.Contains("await ", StringComparison.Ordinal) ? "async Task<object?> RunAsync()" : "object? Run()";
        var files = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create(
            SeesInside,
            [CSharpSyntaxTree.ParseText(usings + Before.Replace("#RUN#", run, StringComparison.Ordinal).Replace("#CODE#", ended, StringComparison.Ordinal), CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview))],
            files.Where(file => Path.GetFileNameWithoutExtension(file) != SeesInside).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private static IEnumerable<(string Document, string Code)> Found()
    {
        var root = GoldenCases.RepositoryRoot();
        return
            from path in Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
                .Append(Path.Combine(root, "README.md")).Append(Path.Combine(root, "src", "README.md")).Order(StringComparer.Ordinal)
            from Match block in Fence().Matches(File.ReadAllText(path))
            select (Path.GetRelativePath(root, path), block.Groups[1].Value);
    }

    [GeneratedRegex(@"^ *```csharp\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^using [\w.]+;$", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"//[^\n]*$|/\*.*?\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
