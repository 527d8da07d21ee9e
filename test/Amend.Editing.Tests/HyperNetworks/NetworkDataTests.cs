using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;

namespace Amend.Editing.Tests.HyperNetworks;

public sealed class NetworkDataTests
{
    [Fact]
    public void A_seed_parts_the_requests_and_another_parts_them_otherwise()
    {
        EditRequest[] requests = [.. TinyTraining.Requests(20)];

        var (one, same, other) = (Parted(1), Parted(1), Parted(2));

        Assert.Equal((16, 4), (one.Train.Count, one.Validation.Count));
        Assert.Equal(requests.Except(one.Validation), one.Train);
        Assert.Equal(one.Validation, same.Validation);
        Assert.NotEqual(one.Validation, other.Validation);
        Assert.Equal(one.Hash, same.Hash);
        Assert.NotEqual(one.Hash, other.Hash);

        NetworkData Parted(int seed) => NetworkData.Parted("names", requests, new DataSplit(seed, 0.2));
    }

    [Fact]
    public void Requests_of_one_prompt_go_to_one_part()
    {
        EditRequest[] requests = [.. TinyTraining.Requests(10), .. TinyTraining.Requests(10).Select(request => request with { TargetNew = "Oslo" })];

        var data = NetworkData.Parted("names", requests, new DataSplit(3, 0.3));

        Assert.Equal(6, data.Validation.Count);
        Assert.Empty(data.Validation.Select(request => request.FilledPrompt).Intersect(data.Train.Select(request => request.FilledPrompt)));
    }

    [Fact]
    public void The_hash_depends_on_everything_that_is_learned_from()
    {
        EditRequest[] requests = [.. TinyTraining.Requests(3)];
        var hash = Of(requests[0]);

        Assert.NotEqual(hash, Of(requests[0] with { TargetNew = "Oslo" }));
        Assert.NotEqual(hash, Of(requests[0] with { TargetTrue = "Oslo" }));
        Assert.NotEqual(hash, Of(requests[0] with { Paraphrases = [] }));
        Assert.NotEqual(hash, Of(requests[0] with { Neighbors = [] }));
        Assert.NotEqual(hash, new NetworkData("names", [requests[0]], requests[1..]).Hash);

        string Of(EditRequest first) => new NetworkData("names", [first, requests[1]], [requests[2]]).Hash;
    }
}
