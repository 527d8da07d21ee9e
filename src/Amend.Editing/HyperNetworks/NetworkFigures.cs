namespace Amend.Editing.HyperNetworks;

/// <summary>The names of the figures that trainings of networks give, so that curves of all kinds of network can be shown alike.</summary>
public static class NetworkFigures
{
    /// <summary>The objective; of training and of validation.</summary>
    public const string Loss = "loss";

    /// <summary>Share of the validation's requests whose target the model gives after the edit, 0 to 1.</summary>
    public const string Success = "success";

    /// <summary>Share of the validation's neighbours that keep the unedited model's answer after the edit, 0 to 1.</summary>
    public const string Locality = "locality";
}
