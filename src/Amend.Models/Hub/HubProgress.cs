namespace Amend.Models.Hub;

/// <summary>How far a download is.</summary>
/// <param name="Model">The model.</param>
/// <param name="File">The file; null while another process that downloads the model is waited for.</param>
/// <param name="Done">Bytes that are there.</param>
/// <param name="Total">Bytes of the whole file.</param>
/// <param name="Trouble">What went wrong just now, where it is tried again.</param>
public sealed record HubProgress(HubName Model, string? File, long Done = 0, long Total = 0, string? Trouble = null);
