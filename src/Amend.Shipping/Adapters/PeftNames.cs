namespace Amend.Shipping.Adapters;

/// <summary>What PEFT calls an adapter's files, and what it puts in front of the names of its tensors.</summary>
internal static class PeftNames
{
    /// <summary>The file of the configuration.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The file of the tensors.</summary>
    public const string TensorsFile = "adapter_model.safetensors";

    /// <summary>What stands before a module's name: the adapter's own wrapper of the model.</summary>
    public const string Wrapper = "base_model.model.";
}
