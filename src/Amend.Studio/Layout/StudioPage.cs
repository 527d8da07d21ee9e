using Amend.Server.Problems;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Studio.Access;
using Microsoft.AspNetCore.Components;

namespace Amend.Studio.Layout;

/// <summary>
/// A page about a model. What it shows stands in its address; it is shown once the browser and the server are joined, so that what is drawn
/// first comes at once. What is refused is told in one sentence, and the page goes on.
/// </summary>
public abstract class StudioPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();

    /// <summary>The model that the address names.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? ModelName { get; set; }

    /// <summary>The models.</summary>
    [Inject]
    protected ServedModels Models { get; set; } = default!;

    /// <summary>Where the browser is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Who looks.</summary>
    [Inject]
    protected Visitor Visitor { get; set; } = default!;

    /// <summary>The model.</summary>
    protected ServedModel Served => Models.All.FirstOrDefault(one => one.Name == ModelName) ?? Models.All[0];

    /// <summary>Why the last action was refused, in one sentence; null where it was not.</summary>
    protected string? Refused { get; private set; }

    /// <summary>Whether something is going on.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Whether the page can be used: browser and server are joined, and the model is there.</summary>
    protected bool IsReady { get; private set; }

    /// <summary>Ends what goes on once the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _left.Cancel();
        Leave();
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive)
            return;
        await TryAsync(async () =>
        {
            await Visitor.RequireAsync(Role.Ask);
            await Served.Opened;
            IsReady = true;
            await ShowAsync();
        });
    }

    /// <summary>Shows what the address says; when the page is opened, and each time the address changes.</summary>
    protected abstract Task ShowAsync();

    /// <summary>Called once the page is left.</summary>
    protected virtual void Leave()
    {
    }

    /// <summary>Does something, and tells why it was refused where it was.</summary>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        (Refused, IsBusy) = (null, true);
        StateHasChanged();
        try
        {
            await work();
            return true;
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Refused = Refusal.Of(e).Sentence;
            return false;
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Goes to this page with something else shown.</summary>
    /// <param name="page">Its path.</param>
    /// <param name="shown">Names and values; what is null or empty is left out.</param>
    protected void Show(string page, params IEnumerable<(string Name, string? Value)> shown) =>
        Navigation.NavigateTo(Links.To(page, [("model", Served.Name), .. shown]));
}
