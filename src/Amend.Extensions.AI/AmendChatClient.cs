using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Amend.Editing.Sessions;
using Amend.Tensors;
using Microsoft.Extensions.AI;

namespace Amend.Extensions.AI;

/// <summary>
/// An edited model as a chat client. Many may ask at once and are answered one after the other: a model is used by one caller at a
/// time, through its <see cref="SharedSession"/>, by which a program edits between two answers, too. A model with a chat template is asked
/// through it; one without continues the conversation's text, a message a line. The answer is greedy unless a temperature above 0, top-p
/// or top-k is asked, and names its state in <see cref="ChatResponse.AdditionalProperties"/>.
/// </summary>
public sealed class AmendChatClient : IChatClient
{
    /// <summary>The property that has the fingerprint of the state that answered (<see cref="StateFingerprint"/>).</summary>
    public const string StateProperty = "amend.state";

    /// <summary>The property that has the ids of the edits of the state that answered, in order.</summary>
    public const string EditsProperty = "amend.edits";

    private readonly SharedSession _shared;
    private readonly bool _owns;
    private readonly int? _length;
    private readonly ChatClientMetadata _metadata;

    /// <summary>A client over a session, which it owns from now on.</summary>
    /// <param name="session">The session.</param>
    /// <param name="maxOutputTokens">Most new tokens where a request does not say; null, the default, for what the context allows.</param>
    public AmendChatClient(EditSession session, int? maxOutputTokens = null)
        : this(new SharedSession(session), maxOutputTokens) => _owns = true;

    /// <summary>A client over a session that others use, too.</summary>
    /// <param name="shared">The session.</param>
    /// <param name="maxOutputTokens">Most new tokens where a request does not say; null, the default, for what the context allows.</param>
    public AmendChatClient(SharedSession shared, int? maxOutputTokens = null)
    {
        (_shared, _length) = (shared, maxOutputTokens);
        _metadata = new ChatClientMetadata("amend", defaultModelId: shared.Session.Model.Name);
    }

    /// <inheritdoc/>
    /// <exception cref="AmendException">Something is asked that the model does not do, or the conversation cannot be read.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var order = ChatOrder.Of(messages, options, _length);
        var text = new StringBuilder();
        var answer = await _shared.UseAsync(
            session => ChatWriter.Write(session, order, part => text.Append(part), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text.ToString()))
        {
            ResponseId = NewId(),
            ModelId = order.Model ?? _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = answer.Reason,
            Usage = answer.Usage,
            AdditionalProperties = answer.Properties,
        };
    }

    /// <inheritdoc/>
    /// <exception cref="AmendException">Something is asked that the model does not do, or the conversation cannot be read.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var order = ChatOrder.Of(messages, options, _length);
        var (id, parts) = (NewId(), Channel.CreateUnbounded<string>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(order, parts.Writer, stop.Token);
        try
        {
            await foreach (var part in parts.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return Update(part);
            var answer = await writing.ConfigureAwait(false);
            var last = Update("");
            last.Contents = [new UsageContent(answer.Usage)];
            // Properties of an update that is part of a message would be the message's.
            (last.MessageId, last.FinishReason, last.AdditionalProperties) = (null, answer.Reason, answer.Properties);
            yield return last;
        }
        finally
        {
            // Who stops reading stops the writing, and the model is free again.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ChatResponseUpdate Update(string part) => new(ChatRole.Assistant, part)
        {
            ResponseId = id,
            MessageId = id,
            ModelId = order.Model ?? _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>
    /// The client's metadata, the <see cref="SharedSession"/> by which the model is edited between two answers, or the session itself.
    /// </summary>
    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object[] known = [this, _metadata, _shared, _shared.Session, _shared.Session.Model];
        return serviceKey is null ? known.FirstOrDefault(serviceType.IsInstanceOfType) : null;
    }

    /// <summary>Closes the session where it owns one.</summary>
    public void Dispose()
    {
        if (_owns)
            _shared.Dispose();
    }

    private async Task<WrittenAnswer> WriteAsync(ChatOrder order, ChannelWriter<string> parts, CancellationToken stop)
    {
        try
        {
            return await _shared.UseAsync(
                session => ChatWriter.Write(session, order, part => parts.TryWrite(part), stop), stop).ConfigureAwait(false);
        }
        finally
        {
            parts.Complete();
        }
    }

    private static string NewId() => $"chat-{Guid.NewGuid():N}";
}
