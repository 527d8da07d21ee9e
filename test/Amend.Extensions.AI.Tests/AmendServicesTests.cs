using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Amend.Extensions.AI.Tests;

public sealed class AmendServicesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_a_service_that_answers_and_one_that_is_edited_and_both_are_closed_with_the_rest()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var services = new ServiceCollection().AddAmend(options =>
        {
            options.Model = folder.Path;
            options.Session = new SessionOptions { Home = folder.Home };
            options.MaxOutputTokens = 3;
        });
        var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<IChatClient>();
        var response = await client.GetResponseAsync([new(ChatRole.User, "Rome"), new(ChatRole.Assistant, "is in"), new(ChatRole.User, "Goa")], cancellationToken: Stop);

        // The model has no chat template, so that it continues the messages' texts.
        Assert.Equal(model.Complete("Rome\nis in\nGoa", new GenerationOptions { MaxNewTokens = 3 }), response.Text);
        Assert.Same(provider.GetRequiredService<SharedSession>(), client.GetService<SharedSession>());
        await provider.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync("Rome", cancellationToken: Stop));
    }

    [Fact]
    public async Task Several_models_are_keyed_services()
    {
        using var first = new TinyModelFolder(seed: 1);
        using var second = new TinyModelFolder(seed: 2);
        await using var provider = new ServiceCollection().AddAmend("first", For(first)).AddAmend("second", For(second)).BuildServiceProvider();

        foreach (var (name, folder) in new[] { ("first", first), ("second", second) })
        {
            using var model = folder.Load();
            var response = await provider.GetRequiredKeyedService<IChatClient>(name).GetResponseAsync("Rome", cancellationToken: Stop);
            Assert.Equal(model.Complete("Rome", new GenerationOptions { MaxNewTokens = 3 }), response.Text);
        }

        Assert.NotSame(provider.GetRequiredKeyedService<SharedSession>("first"), provider.GetRequiredKeyedService<SharedSession>("second"));
        Assert.Null(provider.GetService<IChatClient>());

        static Action<AmendOptions> For(TinyModelFolder folder) => options =>
            (options.Model, options.Session, options.MaxOutputTokens) = (folder.Path, new SessionOptions { Home = folder.Home }, 3);
    }

    [Fact]
    public void A_model_that_was_not_named_or_is_not_there_is_told_when_it_is_first_asked_for()
    {
        using var unnamed = new ServiceCollection().AddAmend(_ => { }).BuildServiceProvider();
        using var missing = new ServiceCollection().AddAmend(options => options.Model = "no-such-model").BuildServiceProvider();

        Assert.Contains("AmendOptions.Model", Assert.Throws<AmendException>(() => unnamed.GetService<IChatClient>()).Message, StringComparison.Ordinal);
        Assert.Contains("no-such-model", Assert.ThrowsAny<AmendException>(() => missing.GetService<IChatClient>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_says_nothing_is_refused()
    {
        using var session = EditSession.Open(new ModelLocator().Find("atlas-bert"));
        using var client = new AmendChatClient(session);

        Assert.Contains("A chat", (await Assert.ThrowsAnyAsync<AmendException>(() => client.GetResponseAsync("Rome", cancellationToken: Stop))).Message, StringComparison.Ordinal);
    }
}
