using Amend.Server.Jobs;
using Amend.Server.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amend.Server.Observing;

/// <summary>
/// Opens the models with the server, and closes them when it is asked to stop: what has begun is finished or undone while its requests are
/// still answered, and new requests get 503.
/// </summary>
/// <param name="models">The models.</param>
/// <param name="jobs">The jobs.</param>
/// <param name="host">Says when to stop.</param>
/// <param name="log">Is told.</param>
internal sealed class ServingLifetime(
    ServedModels models, JobBoard jobs, IHostApplicationLifetime host, ILogger<ServingLifetime> log) : IHostedService
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _closed = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        host.ApplicationStarted.Register(() => _started.TrySetResult());
        host.ApplicationStopping.Register(() => _closed = CloseAsync());
        foreach (var model in models.All)
            _ = TellAsync(model);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _closed.WaitAsync(cancellationToken);

    private async Task CloseAsync()
    {
        await Task.Yield();
        await jobs.DisposeAsync().ConfigureAwait(false);
        await models.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TellAsync(ServedModel model)
    {
        try
        {
            await model.Opened.ConfigureAwait(false);
            log.Serves(model.Name, model.Head!.Fingerprint, model.Head.Edits.Count);
        }
        catch (Exception e)
        {
            log.CannotServe(model.Name, e.Message);
            await _started.Task.ConfigureAwait(false);
            host.StopApplication();
        }
    }
}
