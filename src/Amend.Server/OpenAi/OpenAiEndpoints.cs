using Amend.Models.Generation;
using Amend.Server.Observing;
using Amend.Server.Problems;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Server.OpenAi;

/// <summary>
/// OpenAI's API over the served models, so that its clients work unchanged. A model's name may end in a state: <c>NAME@base</c>,
/// <c>NAME@ID</c>. Every answer names the state that gave it as its <c>system_fingerprint</c>.
/// </summary>
internal static class OpenAiEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").RequireAuthorization(nameof(Role.Ask)).WithTags("OpenAI");
        group.MapGet("/models", Models).WithSummary("The models and the states that each can be asked in.");
        group.MapGet("/models/{id}", Model).WithSummary("A model, or a state of one.");
        group.MapPost("/completions", CompleteAsync).WithSummary("Continues a prompt.").Produces<TextAnswer>();
        group.MapPost("/chat/completions", ChatAsync).WithSummary("Answers a conversation.").Produces<ChatAnswer>();
    }

    private static ModelList Models(ServedModels models) => new(
        "list", [.. models.All.SelectMany(model => (string[])[model.Name, $"{model.Name}@base"], (model, name) => EntryOf(model, name))]);

    private static ModelEntry Model(string id, ServedModels models) => EntryOf(models.FindState(id).Model, id);

    private static ModelEntry EntryOf(ServedModel model, string name) => new(name, "model", model.Since.ToUnixTimeSeconds(), "amend");

    private static async Task CompleteAsync(CompletionRequest request, ServedModels models, ServerMeter meter, HttpContext context)
    {
        var (model, at) = models.FindState(request.Model);
        var order = request.ToOrder(at);
        using var measured = meter.Begin("text_completion", model.Name);
        var completion = await model.CompleteAsync(order, context.RequestAborted).ConfigureAwait(false);
        context.NameState(completion.State);
        var (id, created, told) = ($"cmpl-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0);
        await AnswerAsync(completion, request, context, Part).ConfigureAwait(false);
        measured.End(completion);

        TextAnswer Part(CompletionPiece? piece, string? reason, Usage? usage)
        {
            var choice = piece is null
                ? null
                : new TextChoice(0, piece.Text, Answers.TextLogprobsOf(order, piece.Tokens, told), reason);
            told += piece?.Text.Length ?? 0;
            return new(id, "text_completion", created, request.Model, completion.State.Fingerprint, choice is null ? [] : [choice], usage);
        }
    }

    private static async Task ChatAsync(ChatRequest request, ServedModels models, ServerMeter meter, HttpContext context)
    {
        var (model, at) = models.FindState(request.Model);
        var order = request.ToOrder(at);
        using var measured = meter.Begin("chat", model.Name);
        var completion = await model.CompleteAsync(order, context.RequestAborted).ConfigureAwait(false);
        context.NameState(completion.State);
        var (id, created, streams) = ($"chatcmpl-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), request.Stream == true);
        await AnswerAsync(completion, request, context, Part).ConfigureAwait(false);
        measured.End(completion);

        ChatAnswer Part(CompletionPiece? piece, string? reason, Usage? usage)
        {
            var message = piece is null ? null : new AnswerMessage("assistant", piece.Text);
            var choice = new ChatChoice(0, piece is null ? null : Answers.ChatLogprobsOf(order, piece.Tokens), reason)
            {
                Message = streams ? null : message,
                Delta = streams ? message : null,
            };
            var kind = streams ? "chat.completion.chunk" : "chat.completion";
            return new(id, kind, created, request.Model, completion.State.Fingerprint, piece is null ? [] : [choice], usage);
        }
    }

    /// <summary>The whole text, or its parts.</summary>
    private static async Task AnswerAsync<T>(
        Completion completion, SamplingRequest request, HttpContext context, Func<CompletionPiece?, string?, Usage?, T> part)
    {
        if (request.Stream == true)
        {
            await StreamAsync(completion, request, context, part).ConfigureAwait(false);
            return;
        }

        var whole = await completion.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        var answer = part(whole, Answers.ReasonOf(completion), Answers.UsageOf(completion));
        await context.Response.WriteAsJsonAsync(answer, WireJson.Options).ConfigureAwait(false);
    }

    /// <summary>
    /// The parts of a text as they come, a last one that says why it ended, the counts where asked, and the mark of the end.
    /// </summary>
    private static async Task StreamAsync<T>(
        Completion completion, SamplingRequest request, HttpContext context, Func<CompletionPiece?, string?, Usage?, T> part)
    {
        var events = new EventStream(context.Response, context.RequestAborted);
        try
        {
            await foreach (var piece in completion.ReadAsync(context.RequestAborted).ConfigureAwait(false))
                await events.WriteAsync(part(piece, null, null)).ConfigureAwait(false);
        }
        catch (Exception e) when (context.Response.HasStarted && e is not OperationCanceledException)
        {
            await events.WriteAsync(OpenAiError.Of(Refusal.Of(e))).ConfigureAwait(false);
            return;
        }

        await events.WriteAsync(part(new CompletionPiece("", []), Answers.ReasonOf(completion), null)).ConfigureAwait(false);
        if (request.StreamOptions is { IncludeUsage: true })
            await events.WriteAsync(part(null, null, Answers.UsageOf(completion))).ConfigureAwait(false);
        await events.WriteTextAsync("[DONE]").ConfigureAwait(false);
    }
}
