using System.Text;
using Amend.Models.Hub;
using Amend.Tensors;
using Amend.Testing.Hub;

namespace Amend.Models.Tests.Hub;

public sealed class HubStoreTests : IDisposable
{
    private const string Token = "hf_secret_of_the_user";
    private const string Weights = "model.safetensors";
    private const string Config = "config.json";
    private const string Stall = "a stall";

    private readonly TempFolder _folder = new();
    private readonly TestHub _hub = new TestHub().WithTinyModel();
    private readonly List<HubProgress> _told = [];

    /// <summary>Long, so that a busy machine is not taken for a hub that stalls.</summary>
    private TimeSpan _patience = TimeSpan.FromSeconds(15);

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_is_downloaded_once_with_the_files_that_are_needed_and_found_again_without_the_hub()
    {
        _hub.Files["tokenizer_config.json"] = "{}"u8.ToArray();
        _hub.Files["README.md"] = _hub.Files["pytorch_model.bin"] = _hub.Files["onnx/model.onnx"] = [1, 2, 3];

        var folder = await Find();

        Assert.Equal([Config, "hub.json", Weights, "tokenizer_config.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertWhole(folder);
        Assert.Equal("tiny", Path.GetFileName(folder));
        Assert.Contains(_told, p => p is { File: Weights } && p.Done == p.Total && p.Total == _hub.Files[Weights].Length);
        using (var model = LanguageModel.Load(folder))
            Assert.Equal("tiny", model.Name);
        var asked = _hub.Requests.Count;

        Assert.Equal(folder, await Find());
        Assert.Equal(folder, await Find(offline: true));
        Assert.Equal(folder, await Find(TestHub.Model + "@" + TestHub.Commit, offline: true));
        Assert.Equal([(TestHub.Model, folder)], Store(offline: true).Known);
        Assert.Equal(folder, new ModelLocator(_folder.File("none")) { Hub = Store(offline: true) }.Find(TestHub.Model));
        Assert.Equal(asked, _hub.Requests.Count);
    }

    [Fact]
    public async Task Shards_are_downloaded_with_their_index_and_a_bin_where_there_is_nothing_else()
    {
        var weights = _hub.Files[Weights];
        _hub.Files.Remove(Weights);
        _hub.Files["pytorch_model-00001-of-00002.bin"] = weights[..1000];
        _hub.Files["pytorch_model-00002-of-00002.bin"] = weights[1000..];
        _hub.Files["pytorch_model-00003-of-00003.bin"] = [1];
        _hub.Files["pytorch_model.bin.index.json"] = """{"weight_map":{"a":"pytorch_model-00001-of-00002.bin","b":"pytorch_model-00002-of-00002.bin"}}"""u8.ToArray();

        var folder = await Find();

        Assert.Equal(
            [Config, "hub.json", "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertWhole(folder);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_no_other_host()
    {
        await Find();

        Assert.NotEmpty(_hub.LargeRequests);
        Assert.All(_hub.Requests, request => Assert.Equal($"Bearer {Token}", request.Authorization));
        Assert.All(_hub.LargeRequests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_connection_that_is_cut_again_and_again_is_gone_on_with()
    {
        _hub.Fault($"large:{Weights}", 9, reply => reply with { CutAfter = 2048 });
        _hub.Fault(Config, 2, reply => reply with { CutAfter = 0 });

        AssertWhole(await Find());

        var from = _hub.LargeRequests.Select(request => request.From).ToList();
        Assert.True(from.Count > 3 && from.Zip(from.Skip(1)).All(pair => pair.First <= pair.Second), string.Join(", ", from));
        Assert.True(from[^1] > 0, string.Join(", ", from));
    }

    [Fact]
    public async Task A_download_that_was_stopped_goes_on_where_it_was()
    {
        _hub.Fault($"large:{Weights}", 1, reply => reply with { PerKilobyte = TimeSpan.FromMilliseconds(40) });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var download = Store(attempts: 1).FindAsync(HubName.Parse(TestHub.Model), stop.Token);
        while (!PartIsThere() && !download.IsCompleted)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        Assert.Empty(Store(offline: true).Known);

        AssertWhole(await Find());

        Assert.True(_hub.LargeRequests.Last().From > 0);
        Assert.Single(_hub.Requests, request => request.Path.EndsWith(Config, StringComparison.Ordinal));
    }

    public static TheoryData<string> Passing => [.. PassingFaults.Keys];

    private static readonly Dictionary<string, (string What, Func<HubReply, HubReply> Change, string Trouble)> PassingFaults = new()
    {
        ["429 with Retry-After"] = ("list", _ => HubReply.Of(429, ("Retry-After", "0")), "the answer is 429"),
        ["429 for a date in the past"] = (Config, _ => HubReply.Of(429, ("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT")), "the answer is 429"),
        ["429 for a very long time"] = (Config, _ => HubReply.Of(429, ("Retry-After", "86400")), "the answer is 429"),
        ["500"] = (Config, _ => HubReply.Of(500), "the answer is 500"),
        ["503 of the other host"] = ($"large:{Weights}", _ => HubReply.Of(503), "the answer is 503"),
        ["416"] = ($"large:{Weights}", _ => HubReply.Of(416), "more than it has"),
        ["a list that is cut"] = ("list", reply => reply with { CutAfter = 0 }, "the connection is cut"),
        [Stall] = ($"large:{Weights}", reply => reply with { StallAfter = 0 }, "nothing came for"),
        ["a shorter body than said"] = ($"large:{Weights}", reply => reply with { Body = reply.Body[..^10], ToldLength = reply.Body.Length }, "the connection is cut"),
        ["a smaller size"] = ($"large:{Weights}", reply => reply with { Body = reply.Body[..^10] }, "bytes and not the"),
        ["a larger size"] = ($"large:{Weights}", reply => reply with { Body = [.. reply.Body, 1] }, "bytes and not the"),
        ["a flipped byte"] = ($"large:{Weights}", Flipped, "its hash is"),
        ["a flipped byte in a small file"] = (Config, Flipped, "its hash is"),
        ["a small file cut short"] = (Config, reply => reply with { Body = reply.Body[..^1] }, "its hash is"),
        ["another hash"] = (Weights, reply => reply.With("X-Linked-Etag", $"\"{new string('a', 64)}\""), "its hash is"),
        ["another size"] = (Weights, reply => reply.With("X-Linked-Size", "7"), "bytes and not the 7"),
        ["redirects in a circle"] = (Weights, reply => reply.With("Location", $"/owner/tiny/resolve/{TestHub.Commit}/{Weights}"), ""),
        ["a redirect to a file"] = (Weights, reply => reply.With("Location", "file:///etc/passwd"), "at last to a file one"),
        ["an answer from another byte"] = ($"large:{Weights}", reply => reply with { Status = 206, Headers = new() { ["Content-Range"] = "bytes 5-9/10" } }, "it answers from byte 5"),
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_fault_that_passes_ends_in_the_whole_model(string name)
    {
        var (what, change, trouble) = PassingFaults[name];
        BeImpatient(name);
        _hub.Fault(what, 2, change);

        AssertWhole(await Find());

        Assert.Contains(_told, p => trouble.Length == 0 || p.Trouble?.Contains(trouble, StringComparison.Ordinal) == true);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_fault_that_stays_ends_in_one_sentence_and_nothing_is_taken_for_a_model(string name)
    {
        var (what, change, trouble) = PassingFaults[name];
        BeImpatient(name);
        _hub.Fault(what, 40, change);

        await Refused(trouble, "times in a row; try again later");
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_starts_again()
    {
        var whole = _hub.Files[Weights];
        _hub.Fault($"large:{Weights}", 1, reply => reply with { CutAfter = 2048 });
        _hub.Fault($"large:{Weights}", 1, _ => HubReply.Of(200) with { Body = whole });

        AssertWhole(await Find());
    }

    public static TheoryData<string, int, string> Answers => new(
        ("list", 401, "wants a token for 'hf:owner/tiny' (401); set HF_TOKEN"),
        ("list", 403, "refuses 'hf:owner/tiny' (403); ask for access on"),
        ("list", 404, "has no 'hf:owner/tiny' at revision main (404)"),
        ("list", 418, "answers 418 for 'hf:owner/tiny'"),
        (Weights, 401, "wants a token for 'model.safetensors' of 'hf:owner/tiny' (401)"),
        (Weights, 403, "refuses 'model.safetensors' of"),
        (Config, 404, "has no 'config.json' of"));

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_will_not_change_is_one_sentence_at_once(string what, int status, string part)
    {
        _hub.Fault(what, 1, _ => HubReply.Of(status));

        await Refused(part);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_is_one_sentence()
    {
        _hub.Dispose();

        await Refused("no answer", "times in a row");
    }

    [Theory]
    [InlineData("../../../../etc", "is at commit '../../../../etc', which is none")]
    [InlineData("", "is at commit '', which is none")]
    public async Task A_commit_that_is_a_path_is_refused(string commit, string part)
    {
        _hub.ToldCommit = commit;

        await Refused(part);
    }

    [Fact]
    public async Task Lists_and_indices_that_lead_astray_are_refused()
    {
        _hub.Fault("list", 1, reply => reply with { Body = Encoding.UTF8.GetBytes("<html>") });
        await Refused("answer about 'hf:owner/tiny' cannot be read");

        _hub.Files["model.safetensors.index.json"] = """{"weight_map":{"a":"../../x"}}"""u8.ToArray();
        var weights = _hub.Files[Weights];
        _hub.Files.Remove(Weights);
        await Refused("which is not a plain file name");

        _hub.Files.Remove("model.safetensors.index.json");
        await Refused("has none of model.safetensors");

        _hub.Files[Weights] = weights;
        _hub.Fault(Weights, 1, reply => reply with { Headers = new() { ["Location"] = reply.Headers["Location"], ["ETag"] = "\"1-2\"" } });
        await Refused("no hash to check it by");

        _hub.Files.Remove(Config);
        await Refused("has no config.json on the hub");
    }

    [Fact]
    public async Task A_GGUF_file_is_downloaded_alone_and_found_again_beside_the_whole_model()
    {
        const string File = "some--Q4_1.gguf";
        _hub.Files[File] = [1, 2, 3];
        _hub.Files["other.gguf"] = [4];
        var name = $"{TestHub.Model}:{File}";

        var path = await Find(name);

        Assert.Equal(File, Path.GetFileName(path));
        Assert.Equal([1, 2, 3], System.IO.File.ReadAllBytes(path));
        Assert.Equal(["hub.json", File], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(path, await Find(name, offline: true));
        Assert.Equal([(name, path)], Store(offline: true).Known);
        Assert.Equal(path, new ModelLocator(_folder.File("none")) { Hub = Store(offline: true) }.Find(name));
        AssertWhole(await Find());
        Assert.Equal([TestHub.Model, name], Store(offline: true).Known.Select(known => known.Name));
    }

    [Fact]
    public async Task All_parts_of_a_split_GGUF_file_are_downloaded_from_wherever_they_lie()
    {
        _hub.Files["Q8_0/tiny-00001-of-00002.gguf"] = [1];
        _hub.Files["Q8_0/tiny-00002-of-00002.gguf"] = [2];

        var first = await Find($"{TestHub.Model}:Q8_0/tiny-00001-of-00002.gguf");

        Assert.Equal([1], File.ReadAllBytes(first));
        Assert.Equal([2], File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(first)!, "tiny-00002-of-00002.gguf")));
        await RefusedOf($"{TestHub.Model}:Q8_0/tiny-00002-of-00002.gguf", "ask for hf:owner/tiny:Q8_0/tiny-00001-of-00002.gguf.");
        _hub.Files["cut-00001-of-00002.gguf"] = [1];
        await RefusedOf($"{TestHub.Model}:cut-00001-of-00002.gguf", "of which the hub lacks 'cut-00002-of-00002.gguf'");
    }

    [Fact]
    public async Task A_repository_of_GGUF_files_names_them_and_says_how_to_ask_for_one()
    {
        _hub.Files.Clear();
        _hub.Files["b-Q8_0.gguf"] = _hub.Files["a-00001-of-00002.gguf"] = _hub.Files["a-00002-of-00002.gguf"] = [1];

        await RefusedOf(TestHub.Model, "no config.json on the hub but GGUF files (a-00001-of-00002.gguf, b-Q8_0.gguf); ask for one of them, such as hf:owner/tiny:");
        await RefusedOf($"{TestHub.Model}:c.gguf", "no file 'c.gguf' on the hub; its GGUF files are a-00001-of-00002.gguf, b-Q8_0.gguf.");
        _hub.Files.Clear();
        await RefusedOf($"{TestHub.Model}:c.gguf", "it has no GGUF files");
    }

    [Fact]
    public async Task Offline_nothing_is_asked()
    {
        var error = await Assert.ThrowsAsync<AmendException>(() => Find(offline: true));

        Assert.Equal($"'hf:owner/tiny' is not in '{_folder.Path}', and downloads are off; leave out --offline and HF_HUB_OFFLINE, or give a folder.", error.Message);
        Assert.Empty(_hub.Requests);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Several_downloads_at_once_are_one()
    {
        _hub.Fault($"large:{Weights}", 1, reply => reply with { PerKilobyte = TimeSpan.FromMilliseconds(10) });

        var folders = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store().Find(HubName.Parse(TestHub.Model)))));

        Assert.Single(folders.Distinct());
        AssertWhole(folders[0]);
        Assert.Single(_hub.LargeRequests);
        Assert.Equal(3, _hub.Requests.Count);
    }

    [Theory]
    [InlineData("hf:gpt2")]
    [InlineData("hf:")]
    [InlineData("hf:a/b/c")]
    [InlineData("hf:../x")]
    [InlineData("hf:a/..")]
    [InlineData("hf:a/b@../../x")]
    [InlineData("hf:a--b/c")]
    [InlineData("hf:a/b@")]
    [InlineData("hf:a/b c")]
    [InlineData("hf:a/b\n")]
    [InlineData("hf:a/b:")]
    [InlineData("hf:a/b:model.safetensors")]
    [InlineData("hf:a/b:../x.gguf")]
    [InlineData("hf:a/b:/x.gguf")]
    [InlineData("hf:a/b@main:x.gguf")]
    public void A_name_of_another_form_is_refused(string name)
    {
        var error = Assert.Throws<AmendException>(() => HubName.Parse(name));

        Assert.Contains("give hf:OWNER/NAME, hf:OWNER/NAME:FILE.gguf, or either with @REVISION", error.Message);
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("huggingface.co")]
    [InlineData("http://user:password@host")]
    public async Task An_endpoint_that_is_no_address_is_refused(string endpoint)
    {
        var store = new HubStore(_folder.Path, new HubOptions { Endpoint = endpoint });

        var error = await Assert.ThrowsAsync<AmendException>(() => store.FindAsync(HubName.Parse(TestHub.Model), TestContext.Current.CancellationToken));

        Assert.StartsWith($"HF_ENDPOINT is '{endpoint}', which is no http or https address", error.Message);
    }

    private static HubReply Flipped(HubReply reply)
    {
        if (reply.Body.Length == 0)
            return reply;
        var body = (byte[])reply.Body.Clone();
        body[^1] ^= 1;
        return reply with { Body = body };
    }

    private void BeImpatient(string fault)
    {
        if (fault == Stall)
            _patience = TimeSpan.FromSeconds(1);
    }

    private bool PartIsThere() =>
        Directory.EnumerateFiles(_folder.Path, $"{Weights}.part", SearchOption.AllDirectories).Any(path => new FileInfo(path).Length > 2048);

    private HubStore Store(bool offline = false, int attempts = 5) => new(
        _folder.Path,
        new HubOptions
        {
            Endpoint = _hub.Endpoint,
            Token = Token,
            Offline = offline,
            Attempts = attempts,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(20),
            Patience = _patience,
        },
        new Told(_told));

    private Task<string> Find(string model = "hf:owner/tiny", bool offline = false) =>
        Store(offline).FindAsync(HubName.Parse(model), TestContext.Current.CancellationToken);

    private async Task RefusedOf(string of, string part)
    {
        var error = await Assert.ThrowsAsync<AmendException>(() => Find(of));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private async Task Refused(params string[] parts)
    {
        var error = await Assert.ThrowsAsync<AmendException>(() => Find());

        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Empty(Store(offline: true).Known);
        await Assert.ThrowsAsync<AmendException>(() => Find(offline: true));
    }

    private void AssertWhole(string folder)
    {
        foreach (var path in Directory.GetFiles(folder).Where(path => Path.GetFileName(path) != "hub.json"))
            Assert.Equal(_hub.Files[Path.GetFileName(path)], File.ReadAllBytes(path));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.part", SearchOption.AllDirectories));
    }

    private sealed class Told(List<HubProgress> told) : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            lock (told)
                told.Add(value);
        }
    }
}
